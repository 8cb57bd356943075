"use client";

import { useEffect, useState } from "react";
import { authClient } from "@/lib/auth-client";
import type { SocialProvider } from "@/lib/server/social-providers";
import { Alert } from "../ui/alert.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { ProviderIcon } from "../ui/provider-icon.tsx";
import { button } from "../ui/styles.ts";

type Props = { providers: SocialProvider[]; next: string };

/** A button for each provider. The browser returns to `next`, or with an error to the sign-in page. */
export function SocialButtons({ providers, next }: Props) {
  const [pending, setPending] = useState<string>();
  const [error, setError] = useState<string>();

  // The page may be shown again from the browser's cache, when the user returns without signing in.
  useEffect(() => {
    const reset = (event: PageTransitionEvent) => event.persisted && setPending(undefined);
    window.addEventListener("pageshow", reset);
    return () => window.removeEventListener("pageshow", reset);
  }, []);

  async function start(provider: string) {
    if (pending) return;
    setPending(provider);
    setError(undefined);
    const errorCallbackURL = `/sign-in?${new URLSearchParams({ next, provider })}`;
    const result = await authClient.signIn.social({ provider, callbackURL: next, errorCallbackURL });
    if (result.data) return window.location.assign(result.data.url);
    setPending(undefined);
    setError(result.error.message);
  }

  return (
    <div className="grid grid-cols-1 gap-3">
      <p className="flex items-center gap-3 text-sm text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        or
      </p>
      {error && <Alert>{error}</Alert>}
      <DisabledUntilHydrated>
        {providers.map(({ id, name }) => (
          <button
            aria-busy={pending === id}
            className={`${button.quiet} min-w-0`}
            key={id}
            onClick={() => start(id)}
            type="button"
          >
            <ProviderIcon id={id} />
            <span className="min-w-0 truncate">{pending === id ? `Opening ${name}…` : `Continue with ${name}`}</span>
          </button>
        ))}
      </DisabledUntilHydrated>
    </div>
  );
}
