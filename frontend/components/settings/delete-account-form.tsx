"use client";

import { useEffect, useState } from "react";
import { getAccountSummary } from "@/app/(app)/settings/actions";
import { useAsyncForm } from "@/hooks/use-async-form";
import { useAutofocus } from "@/hooks/use-autofocus";
import { useReauthentication } from "@/hooks/use-reauthentication";
import { useSession } from "@/hooks/use-session";
import { summaryLines } from "@/lib/account-summary";
import { authClient } from "@/lib/auth-client";
import type { AccountSummary } from "@/lib/server/account-summary";
import { broadcast } from "@/lib/session/broadcast";
import { Alert } from "../ui/alert.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";
import { ExportData } from "./export-data.tsx";

/** The content of the dialog: what is deleted, the export, and the password or a passkey. */
export function DeleteAccountForm({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const autofocus = useAutofocus();
  const withReauthentication = useReauthentication();
  const [summary, setSummary] = useState<AccountSummary>();
  // Without a password the user confirms with a passkey, in the dialog that the server's answer opens.
  const hasPassword = summary?.hasPassword ?? true;
  const [usesPasskey, setUsesPasskey] = useState(false);
  const asksPassword = hasPassword && !usesPasskey;

  useEffect(() => {
    let isOpen = true;
    // Without the numbers the dialog names the kinds of data.
    getAccountSummary().then(
      (result) => isOpen && setSummary(result),
      () => {},
    );
    return () => {
      isOpen = false;
    };
  }, []);

  const { submit, isPending, error } = useAsyncForm({
    send: (data) =>
      asksPassword
        ? authClient.deleteUser({ password: String(data.get("password")) })
        : withReauthentication(() => authClient.deleteUser({})),
    onSuccess: () => {
      broadcast({ kind: "signed-out" });
      session.terminate("sign-in");
    },
    onError: (_error, form) => form.querySelector<HTMLInputElement>("[name=password]")?.focus(),
    staysPending: true,
  });

  return (
    <div className="grid grid-cols-1 gap-5">
      <WhatIsDeleted summary={summary} />
      <div className="grid grid-cols-1 gap-2">
        <p className="text-sm text-muted">Keep a copy first:</p>
        <ExportData />
      </div>
      <form className="grid grid-cols-1 gap-5 border-t border-line pt-5" method="post" onSubmit={submit}>
        {error && !error.field && <Alert>{error.message}</Alert>}
        {asksPassword && (
          <>
            {/* Password managers read the account from this field. */}
            <input autoComplete="username" defaultValue={session.user.email} hidden name="username" type="email" />
            <PasswordField
              autoComplete="current-password"
              error={error?.field ? error.message : undefined}
              name="password"
              ref={autofocus}
              required
            />
          </>
        )}
        {summary && summary.passkeys > 0 && hasPassword && (
          <button
            className={`${button.quiet} justify-self-start`}
            onClick={() => setUsesPasskey(!usesPasskey)}
            type="button"
          >
            {usesPasskey ? "Use the password instead" : "Use a passkey instead"}
          </button>
        )}
        <div className="flex flex-wrap justify-end gap-3">
          <button className={button.quiet} onClick={onClose} type="button">
            Keep it
          </button>
          <button aria-busy={isPending} className={button.danger} type="submit">
            {isPending ? "Deleting…" : "Delete everything"}
          </button>
        </div>
      </form>
    </div>
  );
}

const UNKNOWN: AccountSummary = {
  tasks: null,
  hasMoreTasks: false,
  sessions: 0,
  passkeys: 0,
  personalTokens: 0,
  connectedAccounts: 0,
  hasPassword: false,
};

function WhatIsDeleted({ summary = UNKNOWN }: { summary?: AccountSummary | undefined }) {
  return (
    <div className="grid grid-cols-1 gap-2">
      <p className="text-muted">This deletes for good, at once:</p>
      <ul className="list-disc pl-5">
        {summaryLines(summary).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p className="text-sm text-muted">
        Nothing of it remains in Todo, and nobody can bring it back. Copies in backups go when the backups are replaced.
      </p>
    </div>
  );
}
