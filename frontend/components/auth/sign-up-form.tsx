"use client";

import { useAuthForm } from "@/hooks/use-auth-form";
import { PASSWORD_MIN, signUp } from "@/lib/auth-client";
import { Notice } from "../ui/alert.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Field } from "../ui/field.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";

export function SignUpForm({ next }: { next: string }) {
  const { form, submit, isSending, errorOf, notice } = useAuthForm(
    (data) => {
      const text = (name: string) => String(data.get(name)).trim();
      return signUp({ name: text("name"), email: text("email"), password: String(data.get("password")) });
    },
    () => window.location.assign(next),
  );
  return (
    <form className="grid grid-cols-1 gap-5" method="post" noValidate onSubmit={submit} ref={form}>
      {notice && <Notice>{notice}</Notice>}
      <Field autoComplete="name" error={errorOf("name")} label="Name" maxLength={100} name="name" required />
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
        data-min={PASSWORD_MIN}
        error={errorOf("password")}
        hint={`At least ${PASSWORD_MIN} characters. A short sentence is a good one.`}
        name="password"
        required
      />
      <DisabledUntilHydrated>
        <button aria-busy={isSending} className={button.primary} type="submit">
          {isSending ? "Creating your account…" : "Create account"}
        </button>
      </DisabledUntilHydrated>
    </form>
  );
}
