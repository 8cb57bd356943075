"use client";

import { useState } from "react";
import { authClient } from "@/lib/auth-client";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { button } from "../ui/styles.ts";

type State = { isPending?: boolean; message?: string; isError?: boolean };

/** Sends the link that confirms the address once more. */
export function ResendVerification({ email }: { email: string }) {
  const [{ isPending, message, isError }, setState] = useState<State>({});

  async function send() {
    if (isPending) return;
    setState({ isPending: true });
    const { error } = await authClient.sendVerificationEmail({ email });
    setState(error ? { message: error.message, isError: true } : { message: `A new link is on its way to ${email}.` });
  }

  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <DisabledUntilHydrated>
        <button aria-busy={isPending} className={button.quiet} onClick={send} type="button">
          {isPending ? "Sending…" : "Send the link again"}
        </button>
      </DisabledUntilHydrated>
      <p className={`text-sm font-medium wrap-anywhere ${isError ? "text-danger" : "text-accent"}`} role="status">
        {message}
      </p>
    </div>
  );
}
