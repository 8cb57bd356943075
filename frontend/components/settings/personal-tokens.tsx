"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import type { PersonalTokenEntry } from "@/lib/server/personal-tokens";
import { Modal } from "../ui/modal.tsx";
import { button } from "../ui/styles.ts";
import { type CreatedToken, CreateTokenForm, NewToken } from "./create-token.tsx";
import { RevokeToken } from "./revoke-token.tsx";

type Props = {
  tokens: PersonalTokenEntry[];
  /** The address of the user's tasks in the API. */
  tasksUrl: string;
};

type State = { kind: "list" } | { kind: "form" } | { kind: "created"; token: CreatedToken } | RevocationState;
type RevocationState = { kind: "revocation"; token: PersonalTokenEntry };

/** Lists, creates and revokes personal access tokens. */
export function PersonalTokens({ tokens, tasksUrl }: Props) {
  const router = useRouter();
  const [state, setState] = useState<State>({ kind: "list" });
  const [announcement, setAnnouncement] = useState("");
  const createButton = useRef<HTMLButtonElement>(null);
  const losesFocus = useRef(false);
  const close = () => setState({ kind: "list" });
  /** Closes a dialog whose opening button is gone. */
  const finish = () => {
    losesFocus.current = true;
    close();
  };
  useEffect(() => {
    if (state.kind !== "list" || !losesFocus.current) return;
    losesFocus.current = false;
    createButton.current?.focus();
  }, [state]);
  return (
    <div className="grid grid-cols-1 gap-4">
      {tokens.length > 0 && (
        <ul aria-label="Your tokens" className="grid grid-cols-1 gap-1">
          {tokens.map((token) => (
            <li className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2" key={token.id}>
              <div className="min-w-0">
                <p className="font-medium break-words">{token.name}</p>
                <p className="text-sm text-muted">
                  {describeScopes(token.scopes)} · created {formatDate(token.createdOn)} · ends{" "}
                  {formatDate(token.expiresOn)}
                </p>
                <p className="text-sm text-muted">{describeLastUse(token.lastUse)}</p>
              </div>
              <button
                aria-label={`Revoke ${token.name}`}
                className={button.quiet}
                onClick={() => setState({ kind: "revocation", token })}
                type="button"
              >
                Revoke…
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap items-center gap-4">
        <button
          className={button.quiet}
          onClick={() => {
            setAnnouncement("");
            setState({ kind: "form" });
          }}
          ref={createButton}
          type="button"
        >
          Create a token…
        </button>
        <p className="min-w-0 text-sm font-medium break-words text-accent" role="status">
          {announcement}
        </p>
      </div>
      <Modal isOpen={state.kind === "form"} onClose={close} title="Create a token">
        <CreateTokenForm
          onCancel={close}
          onCreated={(token) => {
            setState({ kind: "created", token });
            router.refresh();
          }}
        />
      </Modal>
      {/* Without onClose: the token cannot be shown again, so neither a click beside it nor Escape closes it. */}
      <Modal isOpen={state.kind === "created"} title="Your new token">
        {state.kind === "created" && <NewToken onDone={finish} tasksUrl={tasksUrl} token={state.token} />}
      </Modal>
      <Modal isOpen={state.kind === "revocation"} onClose={close} title="Revoke the token?">
        {state.kind === "revocation" && (
          <RevokeToken
            onCancel={close}
            onRevoked={() => {
              finish();
              setAnnouncement(`“${state.token.name}” is revoked.`);
              router.refresh();
            }}
            token={state.token}
          />
        )}
      </Modal>
    </div>
  );
}

function describeScopes(scopes: string[]): string {
  const canRead = scopes.includes("tasks:read");
  if (!scopes.includes("tasks:write")) return "Reads tasks";
  return canRead ? "Reads and changes tasks" : "Changes tasks";
}

function describeLastUse(lastUse: PersonalTokenEntry["lastUse"]): string {
  if (lastUse === "never") return "Never used";
  if (lastUse === "today") return "Last used today";
  if (lastUse === "yesterday") return "Last used yesterday";
  if (lastUse === "unknown") return "The last use can’t be loaded right now";
  return `Last used on ${formatDate(lastUse.on)}`;
}

/** The days are in UTC, so they are formatted in UTC. */
const formatDate = (date: string): string =>
  new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" }).format(new Date(date));
