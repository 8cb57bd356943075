"use client";

import { useState } from "react";
import { tell } from "@/lib/session/channel";
import { deleteAccount } from "@/lib/session/identity";
import { useSession } from "../app/session-context.ts";
import { Modal } from "../ui/modal.tsx";
import { Notice } from "../ui/notice.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";
import { useFocusAtFirst } from "../ui/use-focus-at-first.ts";
import { useSettingsForm } from "./use-settings-form.ts";

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
  const focusAtFirst = useFocusAtFirst();
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
        ref={focusAtFirst}
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
