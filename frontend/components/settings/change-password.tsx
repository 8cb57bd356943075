"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useSettingsForm } from "@/hooks/use-async-form";
import { type AuthError, changePassword, PASSWORD_MIN } from "@/lib/auth-client";
import { Notice } from "../ui/alert.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";

/** Better Auth says "invalid password" of the current one, and "too short" or "too long" of the new one. */
const isOfCurrent = (problem: AuthError | undefined) => problem?.code === "INVALID_PASSWORD";

export function ChangePassword({ email }: { email: string }) {
  const router = useRouter();
  const [isDone, setDone] = useState(false);
  const { form, submit, isSending, problem } = useSettingsForm(
    (data) => {
      setDone(false);
      return changePassword({ currentPassword: String(data.get("current")), newPassword: String(data.get("new")) });
    },
    () => {
      setDone(true);
      router.refresh();
    },
  );
  return (
    <form className="grid grid-cols-1 gap-4" method="post" onSubmit={submit} ref={form}>
      {problem && !problem.field && <Notice>{problem.text}</Notice>}
      {/* Tells a password manager whose password this is. */}
      <input autoComplete="username" defaultValue={email} hidden name="username" type="email" />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <PasswordField
          autoComplete="current-password"
          error={problem?.field && isOfCurrent(problem) ? problem.text : undefined}
          label="Current password"
          name="current"
          required
        />
        <PasswordField
          autoComplete="new-password"
          error={problem?.field && !isOfCurrent(problem) ? problem.text : undefined}
          hint={`At least ${PASSWORD_MIN} characters.`}
          label="New password"
          name="new"
          required
        />
      </div>
      <div className="flex flex-wrap items-center gap-4">
        <DisabledUntilHydrated>
          <button aria-busy={isSending} className={button.quiet} type="submit">
            {isSending ? "Changing…" : "Change password"}
          </button>
        </DisabledUntilHydrated>
        <p className="text-sm font-medium text-accent" role="status">
          {isDone && "Your password is changed."}
        </p>
      </div>
    </form>
  );
}
