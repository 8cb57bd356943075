"use client";

import { useState } from "react";
import { useLinkToken } from "@/hooks/use-link-token";
import { type AuthError, authClient } from "@/lib/auth-client";
import { Alert } from "../ui/alert.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { button } from "../ui/styles.ts";

type Report = { email: string; isRestored: boolean };

/** What the link "This was not me" of a security mail does, and the button that does it. */
export function ReportAccount() {
  const token = useLinkToken();
  const [isPending, setPending] = useState(false);
  const [report, setReport] = useState<Report>();
  const [error, setError] = useState<AuthError>();

  async function send() {
    if (!token || isPending) return;
    setPending(true);
    const result = await authClient.reportAccount({ token });
    setPending(false);
    setError(result.error ?? undefined);
    if (result.error) return;
    setReport(result.data);
  }

  if (report)
    return (
      <Outcome title="Your account is protected">
        {report.isRestored && <p>It has its earlier e-mail address again.</p>}
        <p>
          Nobody is signed in any more. Open the link in the mail to {report.email} to choose a new password. Then look
          at the settings: remove passkeys and connected accounts that you don’t know.
        </p>
        <p className="text-sm text-muted">No mail? Ask for another one with “Forgotten your password?” at sign-in.</p>
        <a className={button.primary} href="/sign-in">
          To sign-in
        </a>
      </Outcome>
    );
  return (
    <>
      {(error || token === null) && (
        <Alert>{error?.message ?? "This link is not complete. Open the link in the mail again."}</Alert>
      )}
      <p>If what the mail says was not you, someone else may use your account. The button protects it:</p>
      <ul className="grid list-disc gap-1.5 pl-5">
        <li>All devices are signed out, and all access tokens end.</li>
        <li>Your password no longer works. You get a mail to choose a new one.</li>
        <li>Passkeys and connected accounts that were added since the mail are removed.</li>
        <li>If the mail is less than 7 days old, two-step sign-in that was turned on since is turned off.</li>
        <li>If your e-mail address was changed in the last 7 days, the earlier one is used again.</li>
      </ul>
      <p>Your tasks stay as they are. If it was you, close this page: nothing changes.</p>
      <button aria-busy={isPending} className={button.danger} disabled={!token} onClick={send} type="button">
        {isPending ? "Protecting your account…" : "This was not me"}
      </button>
    </>
  );
}
