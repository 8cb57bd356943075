"use client";

import Link from "next/link";
import { useState } from "react";
import { useAsyncForm } from "@/hooks/use-async-form";
import { firstInvalidField, focusInvalidField } from "@/hooks/use-auth-form";
import { useLinkToken } from "@/hooks/use-link-token";
import { authClient, isLinkError } from "@/lib/auth-client";
import { PASSWORD_MIN_LENGTH } from "@/lib/password-length";
import { Alert } from "../ui/alert.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";

export function ResetPasswordForm() {
  const token = useLinkToken();
  const [isChanged, setChanged] = useState(false);
  const { submit, isPending, error } = useAsyncForm({
    send: (data) => authClient.resetPassword({ token: token ?? "", newPassword: String(data.get("password")) }),
    validate: firstInvalidField,
    onSuccess: () => setChanged(true),
    onError: focusInvalidField,
  });
  if (isChanged)
    return (
      <Outcome title="Your password is changed">
        <p>You are signed out on all devices. Sign in with your new password.</p>
        {/* A full page load, so that no client state of the ended session is kept. */}
        <a className={button.primary} href="/sign-in">
          Sign in
        </a>
      </Outcome>
    );
  if (token === null || isLinkError(error))
    return (
      <>
        <Alert>{error?.message ?? "This link is not complete. Open the link in the mail again."}</Alert>
        <Link className={button.primary} href="/forgot-password">
          Ask for a new link
        </Link>
      </>
    );
  return (
    <form className="grid grid-cols-1 gap-5" method="post" noValidate onSubmit={submit}>
      {error && !error.field && <Alert>{error.message}</Alert>}
      <PasswordField
        autoComplete="new-password"
        data-min-length={PASSWORD_MIN_LENGTH}
        error={error?.field === "password" ? error.message : undefined}
        hint={`At least ${PASSWORD_MIN_LENGTH} characters, and not a common one. Several unrelated words are good.`}
        label="New password"
        name="password"
        required
      />
      <DisabledUntilHydrated>
        <button aria-busy={isPending} className={button.primary} type="submit">
          {isPending ? "Changing…" : "Change password"}
        </button>
      </DisabledUntilHydrated>
    </form>
  );
}
