"use client";

import { useEffect, useEffectEvent, useState } from "react";
import type { AuthError, User } from "@/lib/auth-client";
import { CANCELLED, passkeyClient, passkeysUnavailable } from "@/lib/passkey-client";

/** A challenge is valid for five minutes. */
const MAX_CHALLENGE_AGE_MS = 4 * 60_000;
const CHECK_INTERVAL_MS = 15_000;

type Options = { onSuccess: (user: User) => void; onError: (error: AuthError) => void };

/**
 * Offers passkeys in the autofill of the field with `autocomplete="… webauthn"` (conditional mediation). Nothing is shown
 * where the browser has no passkeys. Returns a function that offers them again, after another ceremony has replaced this one.
 */
export function usePasskeyAutofill({ onSuccess, onError }: Options): () => void {
  const [attempt, setAttempt] = useState(0);
  const restart = () => setAttempt((count) => count + 1);
  const finish = useEffectEvent(onSuccess);
  const fail = useEffectEvent((error: AuthError) => {
    onError(error);
    restart();
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt is a ceremony of its own
  useEffect(() => {
    if (passkeysUnavailable()) return;
    const startedAt = Date.now();
    let isCurrent = true;
    passkeyClient.signIn({ autoFill: true }).then(({ data, error }) => {
      if (!isCurrent) return;
      if (data) finish(data.user);
      else if (error.code !== CANCELLED) fail(error);
    });
    // Not while the page has no focus, when the user may be confirming in a dialog of the browser or the system.
    const timer = setInterval(() => {
      if (Date.now() - startedAt > MAX_CHALLENGE_AGE_MS && document.hasFocus()) setAttempt((count) => count + 1);
    }, CHECK_INTERVAL_MS);
    return () => {
      isCurrent = false;
      clearInterval(timer);
      passkeyClient.cancel();
    };
  }, [attempt]);

  return restart;
}
