"use client";

import { useAuthForm } from "@/hooks/use-auth-form";
import { authClient } from "@/lib/auth-client";
import { PASSWORD_MIN_LENGTH } from "@/lib/password-length";
import { Alert } from "../ui/alert.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Field } from "../ui/field.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";

export function SignUpForm({ next }: { next: string }) {
  const { submit, isPending, errorOf, formError } = useAuthForm(
    (data) => {
      const trimmed = (name: string) => String(data.get(name)).trim();
      return authClient.signUp.email({
        name: trimmed("name"),
        email: trimmed("email"),
        password: String(data.get("password")),
      });
    },
    () => window.location.assign(next),
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
        hint={`At least ${PASSWORD_MIN_LENGTH} characters. A short sentence is a good one.`}
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
