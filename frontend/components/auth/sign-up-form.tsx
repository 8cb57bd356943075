"use client";

import { useState } from "react";
import { useAuthForm } from "@/hooks/use-auth-form";
import { authClient } from "@/lib/auth-client";
import { PASSWORD_MIN_LENGTH } from "@/lib/password-length";
import { safeRedirectPath } from "@/lib/safe-redirect";
import { Alert } from "../ui/alert.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Field } from "../ui/field.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";
import { ResendVerification } from "./resend-verification.tsx";

export function SignUpForm({ next }: { next: string }) {
  const [sentTo, setSentTo] = useState<string>();
  const { submit, isPending, errorOf, formError } = useAuthForm(
    (data) => {
      const trimmed = (name: string) => String(data.get(name)).trim();
      return authClient.signUp.email({
        name: trimmed("name"),
        email: trimmed("email"),
        password: String(data.get("password")),
      });
    },
    (user, form) => {
      if (user) window.location.assign(safeRedirectPath(next));
      else setSentTo(String(new FormData(form).get("email")).trim());
    },
  );
  if (sentTo !== undefined)
    return (
      <Outcome title="Check your mail">
        <p className="wrap-anywhere">A mail is on its way to {sentTo}. Open the link in it, then sign in.</p>
        <ResendVerification email={sentTo} />
      </Outcome>
    );
  return (
    <form className="grid grid-cols-1 gap-5" method="post" noValidate onSubmit={submit}>
      {formError && <Alert>{formError}</Alert>}
      <Field autoComplete="name" error={errorOf("name")} label="Name" name="name" required />
      <Field
        autoCapitalize="none"
        autoComplete="email"
        error={errorOf("email")}
        inputMode="email"
        label="E-mail"
        name="email"
        required
        spellCheck={false}
        type="email"
      />
      <PasswordField
        autoComplete="new-password"
        data-min-length={PASSWORD_MIN_LENGTH}
        error={errorOf("password")}
        hint={`At least ${PASSWORD_MIN_LENGTH} characters, and not a common one. Several unrelated words are good.`}
        name="password"
        required
      />
      <DisabledUntilHydrated>
        <button aria-busy={isPending} className={button.primary} type="submit">
          {isPending ? "Creating your account…" : "Create account"}
        </button>
      </DisabledUntilHydrated>
    </form>
  );
}
