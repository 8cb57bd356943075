"use client";

import Link from "next/link";
import { useState } from "react";
import { useLinkToken } from "@/hooks/use-link-token";
import { type AuthError, authClient } from "@/lib/auth-client";
import { broadcast } from "@/lib/session/broadcast";
import { Alert } from "../ui/alert.tsx";
import { Outcome } from "../ui/outcome.tsx";
import { button, link } from "../ui/styles.ts";
import { ResendVerification } from "./resend-verification.tsx";

type Props = {
  /** The address of the signed-in user, if it is not confirmed. */
  unverifiedEmail: string | undefined;
  isSignedIn: boolean;
};

/** The link is confirmed by a button: programs that open the links of mails would confirm addresses for others. */
export function VerifyEmail({ unverifiedEmail, isSignedIn }: Props) {
  const token = useLinkToken();
  const [isPending, setPending] = useState(false);
  const [isVerified, setVerified] = useState(false);
  const [error, setError] = useState<AuthError>();

  async function verify() {
    if (!token || isPending) return;
    setPending(true);
    const result = await authClient.verifyEmail({ token });
    setPending(false);
    setError(result.error ?? undefined);
    if (result.error) return;
    setVerified(true);
    broadcast({ kind: "email-verified" });
  }

  if (isVerified)
    return (
      <Outcome title="Your e-mail address is confirmed">
        {/* A full page load, so that the page shows the new state. */}
        <a className={button.primary} href={isSignedIn ? "/tasks" : "/sign-in"}>
          {isSignedIn ? "To your tasks" : "Sign in"}
        </a>
      </Outcome>
    );
  return (
    <>
      {(error || token === null) && (
        <Alert>{error?.message ?? "This link is not complete. Open the link in the mail again."}</Alert>
      )}
      {error || token === null ? (
        <NewLink email={unverifiedEmail} isSignedIn={isSignedIn} />
      ) : (
        <>
          <p>Confirm that the address is yours. If you have not created an account, close this page.</p>
          <button aria-busy={isPending} className={button.primary} disabled={!token} onClick={verify} type="button">
            {isPending ? "Confirming…" : "Confirm the address"}
          </button>
        </>
      )}
    </>
  );
}

function NewLink({ email, isSignedIn }: { email: string | undefined; isSignedIn: boolean }) {
  if (email) return <ResendVerification email={email} />;
  if (isSignedIn) return <p>The address of the account that is signed in here is confirmed already.</p>;
  return (
    <p>
      <Link className={link} href="/sign-in">
        Sign in
      </Link>{" "}
      to get another link.
    </p>
  );
}
