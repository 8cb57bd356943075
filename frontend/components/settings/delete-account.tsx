"use client";

import { useState } from "react";
import { useSettingsForm } from "@/hooks/use-async-form";
import { useAutofocus } from "@/hooks/use-autofocus";
import { useSession } from "@/hooks/use-session";
import { deleteAccount } from "@/lib/auth-client";
import { tell } from "@/lib/session/broadcast";
import { Notice } from "../ui/alert.tsx";
import { Modal } from "../ui/modal.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";

export function DeleteAccount() {
  const [isAsking, ask] = useState(false);
  return (
    <>
      <button className={`${button.danger} justify-self-start`} onClick={() => ask(true)} type="button">
        Delete account…
      </button>
      <Modal isOpen={isAsking} onClose={() => ask(false)} title="Delete your account?">
        <Question onClose={() => ask(false)} />
      </Modal>
    </>
  );
}

function Question({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const autofocus = useAutofocus();
  const { form, submit, isSending, problem } = useSettingsForm(
    (data) => deleteAccount({ password: String(data.get("password")) }),
    () => {
      tell({ kind: "signed-out" });
      session.end("sign-in");
    },
  );
  return (
    <form className="grid grid-cols-1 gap-5" method="post" onSubmit={submit} ref={form}>
      <p className="text-muted">All of your tasks are deleted with it. This cannot be undone.</p>
      {problem && !problem.field && <Notice>{problem.text}</Notice>}
      <PasswordField
        autoComplete="current-password"
        ref={autofocus}
        error={problem?.field ? problem.text : undefined}
        name="password"
        required
      />
      <div className="flex flex-wrap justify-end gap-3">
        <button className={button.quiet} onClick={onClose} type="button">
          Keep it
        </button>
        <button aria-busy={isSending} className={button.danger} type="submit">
          {isSending ? "Deleting…" : "Delete everything"}
        </button>
      </div>
    </form>
  );
}
