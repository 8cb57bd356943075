"use client";

import { useAuthForm } from "@/hooks/use-auth-form";
import { signIn } from "@/lib/auth-client";
import { Notice } from "../ui/alert.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Field } from "../ui/field.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";

export function SignInForm({ next }: { next: string }) {
  const { form, submit, isSending, errorOf, notice } = useAuthForm(
    (data) => signIn({ email: String(data.get("email")).trim(), password: String(data.get("password")) }),
    // A whole new page: nothing of what was here before is kept.
    () => window.location.assign(next),
  );
  return (
    // POST, so that a form sent before the page is ready never puts a password into the address.
    <form className="grid grid-cols-1 gap-5" method="post" noValidate onSubmit={submit} ref={form}>
      {notice && <Notice>{notice}</Notice>}
      <Field
        autoCapitalize="none"
        autoComplete="username"
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
        <button aria-busy={isSending} className={button.primary} type="submit">
          {isSending ? "Signing in…" : "Sign in"}
        </button>
      </DisabledUntilHydrated>
    </form>
  );
}
