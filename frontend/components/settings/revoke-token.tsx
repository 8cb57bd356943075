"use client";

import { useAsyncForm } from "@/hooks/use-async-form";
import { authClient } from "@/lib/auth-client";
import { Alert } from "../ui/alert.tsx";
import { button } from "../ui/styles.ts";

type Props = { token: { id: string; name: string }; onRevoked: () => void; onCancel: () => void };

export function RevokeToken({ token: { id, name }, onRevoked, onCancel }: Props) {
  const { submit, isPending, error } = useAsyncForm({
    send: () => authClient.personalTokens.revoke({ id }),
    onSuccess: onRevoked,
    staysPending: true,
  });
  return (
    <form className="grid grid-cols-1 gap-5" method="post" onSubmit={submit}>
      <p className="text-muted">
        Programs that use <span className="font-medium break-words text-text">“{name}”</span> are refused within five
        seconds. This cannot be undone.
      </p>
      {error && <Alert>{error.message}</Alert>}
      <div className="flex flex-wrap justify-end gap-3">
        <button className={button.quiet} onClick={onCancel} type="button">
          Keep it
        </button>
        <button aria-busy={isPending} className={button.danger} type="submit">
          {isPending ? "Revoking…" : "Revoke token"}
        </button>
      </div>
    </form>
  );
}
