"use client";

import { useState } from "react";
import { useAuthForm } from "@/hooks/use-auth-form";
import { useAutofocus } from "@/hooks/use-autofocus";
import { useIsSessionExpired, useSession } from "@/hooks/use-session";
import { type AuthError, authClient } from "@/lib/auth-client";
import { broadcast } from "@/lib/session/broadcast";
import { Alert } from "../ui/alert.tsx";
import { Field } from "../ui/field.tsx";
import { Modal } from "../ui/modal.tsx";
import { onDemand } from "../ui/on-demand.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";
import { PasskeyButton } from "./passkey-button.tsx";

const TwoStepForm = onDemand(async () => (await import("./two-step-form.tsx")).TwoStepForm);

/** Asks for the password or a passkey when the session has ended. Requests wait for it, and the page keeps its state. */
export function ReauthDialog() {
  return (
    <Modal isOpen={useIsSessionExpired()} title="Sign in again">
      <ReauthSteps />
    </Modal>
  );
}

/** The password, and a code for accounts with two-step sign-in. */
function ReauthSteps() {
  const session = useSession();
  const [isSecondStep, setSecondStep] = useState(false);
  if (!isSecondStep) return <ReauthForm onSecondStep={() => setSecondStep(true)} />;
  return (
    <TwoStepForm
      back={
        <button className={button.quiet} onClick={() => setSecondStep(false)} type="button">
          Back to the password
        </button>
      }
      onSuccess={(user) => session.signedIn(user.id)}
    />
  );
}

function ReauthForm({ onSecondStep }: { onSecondStep: () => void }) {
  const [passkeyError, setPasskeyError] = useState<AuthError>();
  const session = useSession();
  const autofocus = useAutofocus();
  const { email } = session.user;
  const { submit, isPending, errorOf, formError } = useAuthForm(
    (data) => authClient.signIn.email({ email, password: String(data.get("password")) }),
    (user) => (user ? session.signedIn(user.id) : onSecondStep()),
  );
  return (
    <form className="grid grid-cols-1 gap-5" method="post" noValidate onSubmit={submit}>
      <p className="text-muted">Your session has ended. What you have typed is still here.</p>
      {(passkeyError?.message ?? formError) && <Alert>{passkeyError?.message ?? formError}</Alert>}
      <Field autoComplete="username" label="E-mail" name="email" readOnly type="email" value={email} />
      <PasswordField
        autoComplete="current-password"
        ref={autofocus}
        error={errorOf("password")}
        name="password"
        required
      />
      <div className="flex flex-wrap justify-end gap-3">
        <button className={button.quiet} onClick={() => session.terminate("sign-in")} type="button">
          Leave
        </button>
        <button aria-busy={isPending} className={button.primary} type="submit">
          {isPending ? "Signing in…" : "Sign in"}
        </button>
      </div>
      <PasskeyButton
        label="Sign in with a passkey"
        onError={setPasskeyError}
        onSuccess={(user) => {
          broadcast({ kind: "signed-in", userId: user.id });
          session.signedIn(user.id);
        }}
      />
    </form>
  );
}
