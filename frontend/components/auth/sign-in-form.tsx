"use client";

import Link from "next/link";
import { useAuthForm } from "@/hooks/use-auth-form";
import { authClient } from "@/lib/auth-client";
import { safeRedirectPath, twoStepPath } from "@/lib/safe-redirect";
import { Alert } from "../ui/alert.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Field } from "../ui/field.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button, link } from "../ui/styles.ts";

export function SignInForm({ next }: { next: string }) {
  const { submit, isPending, errorOf, formError } = useAuthForm(
    (data) =>
      authClient.signIn.email({ email: String(data.get("email")).trim(), password: String(data.get("password")) }),
    // A full page load, so that no client state from before the sign-in is kept.
    (user) => window.location.assign(user ? safeRedirectPath(next) : twoStepPath(next)),
  );
  return (
    // POST, so that a form sent before hydration does not put the password into the URL.
    <form className="grid grid-cols-1 gap-5" method="post" noValidate onSubmit={submit}>
      {formError && <Alert>{formError}</Alert>}
      <Field
        autoCapitalize="none"
        autoComplete="username webauthn"
        error={errorOf("email")}
        inputMode="email"
        label="E-mail"
        name="email"
        required
        spellCheck={false}
        type="email"
      />
      <PasswordField autoComplete="current-password" error={errorOf("password")} name="password" required />
      <DisabledUntilHydrated>
        <button aria-busy={isPending} className={button.primary} type="submit">
          {isPending ? "Signing in…" : "Sign in"}
        </button>
      </DisabledUntilHydrated>
      <Link className={`${link} justify-self-center py-2.5`} href="/forgot-password">
        Forgotten your password?
      </Link>
    </form>
  );
}
