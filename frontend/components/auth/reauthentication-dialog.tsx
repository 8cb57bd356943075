"use client";

import { useEffect, useState } from "react";
import { useAsyncForm } from "@/hooks/use-async-form";
import { useAutofocus } from "@/hooks/use-autofocus";
import { useSession } from "@/hooks/use-session";
import { type AuthError, authClient } from "@/lib/auth-client";
import { broadcast } from "@/lib/session/broadcast";
import { Alert } from "../ui/alert.tsx";
import { Modal } from "../ui/modal.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";
import { PasskeyButton } from "./passkey-button.tsx";

type Methods = { password: boolean; passkey: boolean };
type Props = { onClose: (isReauthenticated: boolean) => void };

/** The user authenticates again with the password or a passkey. */
export default function ReauthenticationDialog({ onClose }: Props) {
  const [methods, setMethods] = useState<Methods>();
  const [error, setError] = useState<AuthError>();
  const { user } = useSession();

  useEffect(() => {
    authClient.reauthenticationMethods().then((result) => {
      if (result.error) setError(result.error);
      else setMethods(result.data);
    });
  }, []);

  const confirm = () => {
    // The session has been replaced. Another tab may have asked to sign in again meanwhile.
    broadcast({ kind: "signed-in", userId: user.id });
    onClose(true);
  };
  return (
    <Modal isOpen onClose={() => onClose(false)} title="Confirm that it’s you">
      <p className="text-muted">
        This needs a confirmation, so that nobody else can do it in your name. You won’t be asked again for five
        minutes.
      </p>
      {error && <Alert>{error.message}</Alert>}
      {methods?.password && <PasswordForm onCancel={() => onClose(false)} onConfirmed={confirm} />}
      {methods?.passkey && <PasskeyButton label="Confirm with a passkey" onError={setError} onSuccess={confirm} />}
      {methods && !methods.password && !methods.passkey && (
        <p>Your account has no password and no passkey. Sign out, sign in again, and do this within five minutes.</p>
      )}
      {!methods?.password && (
        <button className={button.quiet} onClick={() => onClose(false)} type="button">
          Cancel
        </button>
      )}
    </Modal>
  );
}

function PasswordForm({ onCancel, onConfirmed }: { onCancel: () => void; onConfirmed: () => void }) {
  const { user } = useSession();
  const autofocus = useAutofocus();
  const { submit, isPending, error } = useAsyncForm({
    send: (data) => authClient.reauthenticate({ password: String(data.get("password")) }),
    onSuccess: onConfirmed,
    onError: (_error, form) => form.querySelector<HTMLInputElement>("[name=password]")?.focus(),
    staysPending: true,
  });
  return (
    <form className="grid grid-cols-1 gap-5" method="post" onSubmit={submit}>
      {error && !error.field && <Alert>{error.message}</Alert>}
      {/* Password managers read the account from this field. */}
      <input autoComplete="username" defaultValue={user.email} hidden name="username" type="email" />
      <PasswordField
        autoComplete="current-password"
        error={error?.field ? error.message : undefined}
        name="password"
        ref={autofocus}
        required
      />
      <div className="flex flex-wrap justify-end gap-3">
        <button className={button.quiet} onClick={onCancel} type="button">
          Cancel
        </button>
        <button aria-busy={isPending} className={button.primary} type="submit">
          {isPending ? "Confirming…" : "Confirm"}
        </button>
      </div>
    </form>
  );
}
