"use client";

import { useState } from "react";
import { usePasskeyAutofill } from "@/hooks/use-passkey-autofill";
import type { AuthError, User } from "@/lib/auth-client";
import { safeRedirectPath } from "@/lib/safe-redirect";
import { broadcast } from "@/lib/session/broadcast";
import { Alert } from "../ui/alert.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { PasskeyButton } from "./passkey-button.tsx";

/** Signing in with a passkey, by a button or by the autofill of the e-mail field. */
export function PasskeySignIn({ next }: { next: string }) {
  const [error, setError] = useState<AuthError>();
  const onSuccess = (user: User) => {
    broadcast({ kind: "signed-in", userId: user.id });
    // A full page load, so that no client state from before the sign-in is kept.
    window.location.assign(safeRedirectPath(next));
  };
  const offerAgain = usePasskeyAutofill({ onSuccess, onError: setError });
  return (
    <div className="grid grid-cols-1 gap-3">
      {error && <Alert>{error.message}</Alert>}
      <DisabledUntilHydrated>
        <PasskeyButton label="Sign in with a passkey" onEnd={offerAgain} onError={setError} onSuccess={onSuccess} />
      </DisabledUntilHydrated>
    </div>
  );
}
