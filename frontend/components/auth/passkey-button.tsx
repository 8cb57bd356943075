"use client";

import { useState } from "react";
import type { AuthError, User } from "@/lib/auth-client";
import { CANCELLED, passkeyClient, passkeysUnavailable } from "@/lib/passkey-client";
import { Key } from "../ui/icons.tsx";
import { button } from "../ui/styles.ts";

type Props = {
  label: string;
  onSuccess: (user: User) => void;
  /** Undefined when a new attempt starts. */
  onError: (error: AuthError | undefined) => void;
  /** Called when an attempt has ended without success. */
  onEnd?: () => void;
};

/** Opens the browser's dialog for passkeys. Closing that dialog is not an error. */
export function PasskeyButton({ label, onSuccess, onError, onEnd }: Props) {
  const [isPending, setPending] = useState(false);

  async function authenticate() {
    if (isPending) return;
    const unavailable = passkeysUnavailable();
    onError(unavailable ? { message: unavailable } : undefined);
    if (unavailable) return;
    setPending(true);
    const { data, error } = await passkeyClient.signIn();
    // After success the page is left, or the dialog is closed.
    if (data) return onSuccess(data.user);
    setPending(false);
    onError(error.code === CANCELLED ? undefined : error);
    onEnd?.();
  }

  return (
    <button aria-busy={isPending} className={button.quiet} onClick={authenticate} type="button">
      <Key />
      {isPending ? "Waiting for your passkey…" : label}
    </button>
  );
}
