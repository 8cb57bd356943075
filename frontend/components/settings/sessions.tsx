"use client";

import { useState, useTransition } from "react";
import { revokeOtherSessions, revokeSession } from "@/app/(app)/settings/actions";
import { SERVER_UNREACHABLE } from "@/lib/auth-client";
import type { DeviceSession } from "@/lib/server/sessions";
import { Alert } from "../ui/alert.tsx";
import { DateTime } from "../ui/date-time.tsx";
import { button } from "../ui/styles.ts";

export function Sessions({ sessions }: { sessions: DeviceSession[] }) {
  const [isPending, startTransition] = useTransition();
  const [error, setError] = useState<string>();

  const run = (action: () => Promise<void>) =>
    startTransition(async () => {
      setError(undefined);
      await action().catch(() => setError(SERVER_UNREACHABLE));
    });

  return (
    <div className="grid grid-cols-1 gap-4">
      {error && <Alert>{error}</Alert>}
      <ul className="grid grid-cols-1 gap-1">
        {sessions.map((session) => (
          <li className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2" key={session.id}>
            <div className="min-w-0">
              <p className="font-medium">{session.device}</p>
              <p className="text-sm text-muted">
                {session.isCurrent ? "This device, since " : "Since "}
                <DateTime instant={session.createdAt} />
              </p>
            </div>
            {!session.isCurrent && (
              <button
                aria-label={`Sign out ${session.device}`}
                className={button.quiet}
                disabled={isPending}
                onClick={() => run(() => revokeSession(session.id))}
                type="button"
              >
                Sign out
              </button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 2 && (
        <button
          className={`${button.quiet} justify-self-start`}
          disabled={isPending}
          onClick={() => run(revokeOtherSessions)}
          type="button"
        >
          Sign out everywhere else
        </button>
      )}
    </div>
  );
}
