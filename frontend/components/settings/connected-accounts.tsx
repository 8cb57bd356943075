"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { useReauthentication } from "@/hooks/use-reauthentication";
import { authClient } from "@/lib/auth-client";
import type { ConnectedAccount } from "@/lib/server/connected-accounts";
import { Alert } from "../ui/alert.tsx";
import { DateTime } from "../ui/date-time.tsx";
import { ProviderIcon } from "../ui/provider-icon.tsx";
import { button } from "../ui/styles.ts";

type Props = {
  accounts: ConnectedAccount[];
  isEmailVerified: boolean;
  /** How an attempt to connect an account has ended, when the provider has sent the browser back. */
  result: { error?: string | undefined; connected?: string | undefined };
};

export function ConnectedAccounts({ accounts, isEmailVerified, result }: Props) {
  const router = useRouter();
  const withReauthentication = useReauthentication();
  const [pending, setPending] = useState<string>();
  const [error, setError] = useState(result.error);
  const [status, setStatus] = useState(result.connected ? `${result.connected} is connected.` : "");
  const section = useRef<HTMLDivElement>(null);

  // The section is far down the page.
  const hasResult = Boolean(result.error || result.connected);
  useEffect(() => {
    if (hasResult) section.current?.focus();
  }, [hasResult]);

  async function connect({ provider }: ConnectedAccount) {
    begin(provider);
    const errorCallbackURL = `/settings?provider=${provider}`;
    const body = { provider, callbackURL: `/settings?connected=${provider}`, errorCallbackURL };
    const { data, error } = await withReauthentication(() => authClient.linkSocial(body));
    if (data) return window.location.assign(data.url);
    end(error.message);
  }

  async function disconnect({ provider, name, accountId }: ConnectedAccount) {
    if (!accountId) return;
    begin(provider);
    const { error } = await withReauthentication(() => authClient.unlinkAccount({ accountId }));
    end(error?.message);
    if (error) return;
    setStatus(`${name} is disconnected.`);
    router.refresh();
  }

  function begin(provider: string) {
    setPending(provider);
    setError(undefined);
    setStatus("");
  }

  function end(message: string | undefined) {
    setPending(undefined);
    setError(message);
  }

  return (
    <div className="grid grid-cols-1 gap-4" ref={section} tabIndex={-1}>
      {error && <Alert>{error}</Alert>}
      <ul className="grid grid-cols-1 gap-1">
        {accounts.map((account) => (
          <li className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2" key={account.provider}>
            <div className="flex min-w-0 items-center gap-3">
              <ProviderIcon id={account.provider} />
              <div className="min-w-0">
                <p className="font-medium break-words">{account.name}</p>
                <p className="text-sm text-muted">{account.since ? <Since account={account} /> : "Not connected"}</p>
              </div>
            </div>
            {account.since ? (
              <button
                aria-label={`Disconnect ${account.name}`}
                className={button.quiet}
                disabled={pending !== undefined || !account.canDisconnect}
                onClick={() => disconnect(account)}
                type="button"
              >
                Disconnect
              </button>
            ) : (
              <button
                aria-label={`Connect ${account.name}`}
                className={button.quiet}
                disabled={pending !== undefined || !isEmailVerified}
                onClick={() => connect(account)}
                type="button"
              >
                Connect
              </button>
            )}
          </li>
        ))}
      </ul>
      {!isEmailVerified && (
        <p className="text-sm text-muted">
          Verify your e-mail address first. Then you can connect an account that has the same address.
        </p>
      )}
      <p className="text-sm font-medium text-accent empty:hidden" role="status">
        {status}
      </p>
    </div>
  );
}

function Since({ account: { since, canDisconnect } }: { account: ConnectedAccount }) {
  return (
    <>
      Connected since <DateTime instant={since ?? ""} />
      {!canDisconnect && ". It is your only way to sign in, so it cannot be disconnected."}
    </>
  );
}
