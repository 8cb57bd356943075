"use client";

import { useState } from "react";
import { useLinkToken } from "@/hooks/use-link-token";
import { type AuthError, authClient } from "@/lib/auth-client";
import { Alert } from "../ui/alert.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { button } from "../ui/styles.ts";

/** The link is confirmed by a button: programs that open the links of mails would confirm addresses for others. */
export function ConfirmEmailChange({ isSignedIn }: { isSignedIn: boolean }) {
  const token = useLinkToken();
  const [isPending, setPending] = useState(false);
  const [isChanged, setChanged] = useState(false);
  const [error, setError] = useState<AuthError>();

  async function confirm() {
    if (!token || isPending) return;
    setPending(true);
    const result = await authClient.verifyEmail({ token });
    setPending(false);
    setError(result.error ?? undefined);
    setChanged(!result.error);
  }

  if (isChanged)
    return (
      <Outcome title="Your e-mail address is changed">
        <p>From now on, sign in with the new address. We have told the old one.</p>
        {/* A full page load, so that the page shows the new address. */}
        <a className={button.primary} href={isSignedIn ? "/settings" : "/sign-in"}>
          {isSignedIn ? "To the settings" : "Sign in"}
        </a>
      </Outcome>
    );
  return (
    <>
      {(error || token === null) && (
        <Alert>{error?.message ?? "This link is not complete. Open the link in the mail again."}</Alert>
      )}
      <p>
        Press the button to use the address at which you got this mail. If you have not asked for it, close this page:
        nothing changes.
      </p>
      <button aria-busy={isPending} className={button.primary} disabled={!token} onClick={confirm} type="button">
        {isPending ? "Confirming…" : "Use this address"}
      </button>
    </>
  );
}
