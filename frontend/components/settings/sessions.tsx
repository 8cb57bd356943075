"use client";

import { useState, useTransition } from "react";
import { endOtherSessions, endSession } from "@/app/(app)/settings/actions";
import { useHydrated } from "@/hooks/use-hydrated";
import { AWAY } from "@/lib/auth-client";
import type { DeviceSession } from "@/lib/server/sessions";
import { Notice } from "../ui/alert.tsx";
import { button } from "../ui/styles.ts";

export function Sessions({ sessions }: { sessions: DeviceSession[] }) {
  const [isEnding, start] = useTransition();
  const [problem, setProblem] = useState<string>();
  // The server does not know the reader's time zone, so the hour comes with the browser.
  const isReady = useHydrated();

  const end = (action: () => Promise<void>) =>
    start(async () => {
      setProblem(undefined);
      await action().catch(() => setProblem(AWAY));
    });

  return (
    <div className="grid grid-cols-1 gap-4">
      {problem && <Notice>{problem}</Notice>}
      <ul className="grid grid-cols-1 gap-1">
        {sessions.map((session) => (
          <li className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2" key={session.id}>
            <div className="min-w-0">
              <p className="font-medium">{session.device}</p>
              <p className="text-sm text-muted">
                {session.isThis ? "This device, since " : "Since "}
                <time dateTime={session.since}>{isReady ? dateOf(session.since) : session.since.slice(0, 10)}</time>
              </p>
            </div>
            {!session.isThis && (
              <button
                aria-label={`Sign out ${session.device}`}
                className={button.quiet}
                disabled={isEnding}
                onClick={() => end(() => endSession(session.id))}
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
          disabled={isEnding}
          onClick={() => end(endOtherSessions)}
          type="button"
        >
          Sign out everywhere else
        </button>
      )}
    </div>
  );
}

const dateOf = (instant: string): string =>
  new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(new Date(instant));
