"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useAsyncForm } from "@/hooks/use-async-form";
import { type AuthError, authClient } from "@/lib/auth-client";
import { PASSWORD_MIN_LENGTH } from "@/lib/password-length";
import { Alert } from "../ui/alert.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";

export function ChangePassword({ email }: { email: string }) {
  const router = useRouter();
  const [isChanged, setChanged] = useState(false);
  const { submit, isPending, error } = useAsyncForm({
    send: (data) => {
      setChanged(false);
      return authClient.changePassword({
        currentPassword: String(data.get("current")),
        newPassword: String(data.get("new")),
        revokeOtherSessions: true,
      });
    },
    onSuccess: (_data, form) => {
      form.reset();
      setChanged(true);
      router.refresh();
    },
    onError: (failure, form) => form.querySelector<HTMLInputElement>(`[name=${fieldOf(failure)}]`)?.focus(),
  });
  const field = error && fieldOf(error);
  return (
    <form className="grid grid-cols-1 gap-4" method="post" onSubmit={submit}>
      {error && !field && <Alert>{error.message}</Alert>}
      {/* Password managers read the account from this field. */}
      <input autoComplete="username" defaultValue={email} hidden name="username" type="email" />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <PasswordField
          autoComplete="current-password"
          error={field === "current" ? error?.message : undefined}
          label="Current password"
          name="current"
          required
        />
        <PasswordField
          autoComplete="new-password"
          error={field === "new" ? error?.message : undefined}
          hint={`At least ${PASSWORD_MIN_LENGTH} characters, and not a common one.`}
          label="New password"
          name="new"
          required
        />
      </div>
      <div className="flex flex-wrap items-center gap-4">
        <DisabledUntilHydrated>
          <button aria-busy={isPending} className={button.quiet} type="submit">
            {isPending ? "Changing…" : "Change password"}
          </button>
        </DisabledUntilHydrated>
        <p className="text-sm font-medium text-accent" role="status">
          {isChanged && "Your password is changed."}
        </p>
      </div>
    </form>
  );
}

/** Better Auth reports INVALID_PASSWORD for the current password. All other codes are about the new one. */
function fieldOf({ field, code }: AuthError): "current" | "new" | undefined {
  if (!field) return undefined;
  return code === "INVALID_PASSWORD" ? "current" : "new";
}
