"use client";

import { type ReactNode, useState } from "react";
import { useAuthForm } from "@/hooks/use-auth-form";
import { useAutofocus } from "@/hooks/use-autofocus";
import { authClient, isChallengeOver, type User } from "@/lib/auth-client";
import { Alert } from "../ui/alert.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Field } from "../ui/field.tsx";
import { button, link } from "../ui/styles.ts";

type Props = {
  onSuccess: (user: User) => void;
  /** The way back to the password. */
  back: ReactNode;
};

/** The second step of a sign-in: a code of the authenticator app, or a recovery code. */
export function TwoStepForm({ onSuccess, back }: Props) {
  const [isRecovery, setRecovery] = useState(false);
  // A form of its own each, so that no error and no code of the one is shown in the other.
  return (
    <CodeForm
      back={back}
      isRecovery={isRecovery}
      key={String(isRecovery)}
      onSuccess={onSuccess}
      onSwitch={() => setRecovery(!isRecovery)}
    />
  );
}

function CodeForm({ isRecovery, onSwitch, onSuccess, back }: Props & { isRecovery: boolean; onSwitch: () => void }) {
  const autofocus = useAutofocus();
  const { submit, isPending, errorOf, formError, errorCode } = useAuthForm((data) => {
    const body = { code: String(data.get("code")), trustDevice: data.has("trust") };
    return isRecovery ? authClient.twoFactor.verifyBackupCode(body) : authClient.twoFactor.verifyTotp(body);
  }, onSuccess);

  if (isChallengeOver(errorCode))
    return (
      <div className="grid grid-cols-1 gap-5">
        <Alert>{formError}</Alert>
        {back}
      </div>
    );
  return (
    <form className="grid grid-cols-1 gap-5" method="post" noValidate onSubmit={submit}>
      {formError && <Alert>{formError}</Alert>}
      {isRecovery ? (
        <Field
          autoCapitalize="none"
          autoComplete="off"
          error={errorOf("code")}
          hint="One of the ten codes that you saved when you turned two-step sign-in on. Each works once."
          label="Recovery code"
          name="code"
          ref={autofocus}
          required
          spellCheck={false}
        />
      ) : (
        <Field
          autoComplete="one-time-code"
          error={errorOf("code")}
          hint="The six digits that your authenticator app shows for Todo."
          inputMode="numeric"
          label="Code"
          name="code"
          ref={autofocus}
          required
        />
      )}
      <DisabledUntilHydrated>
        <Checkbox
          hint="For 30 days your password is enough here. Only on a device that nobody else uses."
          label="Trust this device"
          name="trust"
        />
        <button aria-busy={isPending} className={button.primary} type="submit">
          {isPending ? "Signing in…" : "Sign in"}
        </button>
        <button className={`${link} min-h-11 justify-self-start`} onClick={onSwitch} type="button">
          {isRecovery ? "Use the authenticator app" : "Use a recovery code"}
        </button>
      </DisabledUntilHydrated>
      {back}
    </form>
  );
}
