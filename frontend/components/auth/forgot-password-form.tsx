"use client";

import { useState } from "react";
import { useAsyncForm } from "@/hooks/use-async-form";
import { firstInvalidField, focusInvalidField } from "@/hooks/use-auth-form";
import { authClient } from "@/lib/auth-client";
import { Alert } from "../ui/alert.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Field } from "../ui/field.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { button } from "../ui/styles.ts";

export function ForgotPasswordForm() {
  const [sentTo, setSentTo] = useState<string>();
  const { submit, isPending, error } = useAsyncForm({
    send: (data) => authClient.requestPasswordReset({ email: String(data.get("email")).trim() }),
    validate: firstInvalidField,
    onSuccess: (_data, form) => setSentTo(String(new FormData(form).get("email")).trim()),
    onError: focusInvalidField,
  });
  if (sentTo !== undefined)
    return (
      <Outcome title="Check your mail">
        <p className="wrap-anywhere">
          If there is an account with {sentTo}, a link is on its way to it. It works once, for one hour.
        </p>
        <p className="text-sm text-muted">Nothing there? Look among the unwanted mail, or check the address.</p>
        <button className={button.quiet} onClick={() => setSentTo(undefined)} type="button">
          Use another address
        </button>
      </Outcome>
    );
  return (
    <form className="grid grid-cols-1 gap-5" method="post" noValidate onSubmit={submit}>
      {error && !error.field && <Alert>{error.message}</Alert>}
      <Field
        autoCapitalize="none"
        autoComplete="username"
        error={error?.field === "email" ? error.message : undefined}
        inputMode="email"
        label="E-mail"
        name="email"
        required
        spellCheck={false}
        type="email"
      />
      <DisabledUntilHydrated>
        <button aria-busy={isPending} className={button.primary} type="submit">
          {isPending ? "Sending the link…" : "Send the link"}
        </button>
      </DisabledUntilHydrated>
    </form>
  );
}
