"use client";

import { useRef, useState, useTransition } from "react";
import { revokeOtherSessions, revokeSession } from "@/app/(app)/settings/actions";
import { SERVER_UNREACHABLE } from "@/lib/auth-client";
import type { DeviceSession } from "@/lib/server/sessions";
import { Alert } from "../ui/alert.tsx";
import { DateTime } from "../ui/date-time.tsx";
import { button } from "../ui/styles.ts";

const SHORT_LENGTH = 6;

export function Sessions({ sessions }: { sessions: DeviceSession[] }) {
  const [isPending, startTransition] = useTransition();
  const [showsAll, setShowsAll] = useState(false);
  const [error, setError] = useState<string>();
  const [message, setMessage] = useState("");
  const endOthersButton = useRef<HTMLButtonElement>(null);

  /** The button that was pressed may go with its session, so the focus moves to one that stays. */
  const run = (action: () => Promise<string>) => {
    if (isPending) return;
    endOthersButton.current?.focus();
    startTransition(async () => {
      setError(undefined);
      setMessage("");
      const result = await action().then(
        (text) => ({ text, error: undefined }),
        () => ({ text: "", error: SERVER_UNREACHABLE }),
      );
      startTransition(() => {
        setMessage(result.text);
        setError(result.error);
      });
    });
  };

  const end = ({ id, device }: DeviceSession) =>
    run(async () => {
      const wasSignedIn = await revokeSession(id);
      return wasSignedIn ? `Signed out ${withinSentence(device)}.` : "This device was signed out already.";
    });

  const endOthers = () =>
    run(async () => {
      const count = await revokeOtherSessions();
      if (count === 0) return "You were signed in nowhere else.";
      return `Signed out ${count} other ${count === 1 ? "device" : "devices"}.`;
    });

  const shown = showsAll ? sessions : sessions.slice(0, SHORT_LENGTH);
  return (
    <div className="grid grid-cols-1 gap-4">
      {error && <Alert>{error}</Alert>}
      <ul className="grid grid-cols-1 gap-3" id="device-list">
        {shown.map((session) => (
          <li className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2" key={session.id}>
            <SessionDetails session={session} />
            {!session.isCurrent && (
              <button
                aria-label={`Sign out ${withinSentence(session.device)}`}
                className={button.quiet}
                onClick={() => end(session)}
                type="button"
              >
                Sign out
              </button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > SHORT_LENGTH && (
        <button
          aria-controls="device-list"
          aria-expanded={showsAll}
          className={`${button.quiet} justify-self-start`}
          onClick={() => setShowsAll(!showsAll)}
          type="button"
        >
          {showsAll ? "Show fewer devices" : `Show all devices (${sessions.length})`}
        </button>
      )}
      <div className="flex flex-wrap items-center gap-4">
        {/* Offered even if the list has no other session: there may be one since the page was loaded. */}
        <button aria-busy={isPending} className={button.quiet} onClick={endOthers} ref={endOthersButton} type="button">
          {isPending ? "Signing out…" : "Sign out everywhere else"}
        </button>
        <p className="text-sm font-medium text-accent" role="status">
          {message}
        </p>
      </div>
    </div>
  );
}

function SessionDetails({ session }: { session: DeviceSession }) {
  const { device, address, createdAt, lastUsedAt, isCurrent } = session;
  return (
    <div className="min-w-0">
      <p className="font-medium break-words">
        {device}
        {isCurrent && (
          <span className="ml-2 rounded-full bg-accent-soft px-2 py-0.5 text-xs font-semibold whitespace-nowrap text-accent forced-colors:border">
            This device
          </span>
        )}
      </p>
      <p className="text-sm text-muted">
        {isCurrent ? (
          "In use now"
        ) : (
          <>
            Last used <DateTime instant={lastUsedAt} />
          </>
        )}
        {address && (
          <>
            {" from "}
            <span className="break-all">{address}</span>
          </>
        )}
      </p>
      <p className="text-sm text-muted">
        Signed in <DateTime instant={createdAt} />
      </p>
    </div>
  );
}

/** "An unknown device" within a sentence. */
const withinSentence = (device: string): string => device.replace(/^An /, "an ");
