"use client";

import { useAsyncForm } from "@/hooks/use-async-form";
import { useAutofocus } from "@/hooks/use-autofocus";
import { useSession } from "@/hooks/use-session";
import { authClient } from "@/lib/auth-client";
import { broadcast } from "@/lib/session/broadcast";
import { Alert } from "../ui/alert.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";

export function DeleteAccountForm({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const autofocus = useAutofocus();
  const { submit, isPending, error } = useAsyncForm({
    send: (data) => authClient.deleteUser({ password: String(data.get("password")) }),
    onSuccess: () => {
      broadcast({ kind: "signed-out" });
      session.terminate("sign-in");
    },
    staysPending: true,
  });
  return (
    <form className="grid grid-cols-1 gap-5" method="post" onSubmit={submit}>
      <p className="text-muted">All of your tasks are deleted with it. This cannot be undone.</p>
      {error && !error.field && <Alert>{error.message}</Alert>}
      <PasswordField
        autoComplete="current-password"
        ref={autofocus}
        error={error?.field ? error.message : undefined}
        name="password"
        required
      />
      <div className="flex flex-wrap justify-end gap-3">
        <button className={button.quiet} onClick={onClose} type="button">
          Keep it
        </button>
        <button aria-busy={isPending} className={button.danger} type="submit">
          {isPending ? "Deleting…" : "Delete everything"}
        </button>
      </div>
    </form>
  );
}
