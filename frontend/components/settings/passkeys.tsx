"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { useAsyncForm } from "@/hooks/use-async-form";
import { useHydrated } from "@/hooks/use-hydrated";
import { useReauthentication } from "@/hooks/use-reauthentication";
import { NAME_MAX_LENGTH } from "@/lib/account-bounds";
import { type AuthError, REAUTHENTICATION_REQUIRED } from "@/lib/auth-client";
import { CANCELLED, passkeyClient, passkeysUnavailable } from "@/lib/passkey-client";
import type { PasskeyEntry } from "@/lib/server/passkeys";
import { Alert } from "../ui/alert.tsx";
import { DateTime } from "../ui/date-time.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Field } from "../ui/field.tsx";
import { Plus } from "../ui/icons.tsx";
import { Modal } from "../ui/modal.tsx";
import { button } from "../ui/styles.ts";

/** The user's passkeys, with adding, renaming and removing. */
export function Passkeys({ passkeys }: { passkeys: PasskeyEntry[] }) {
  const router = useRouter();
  const withReauthentication = useReauthentication();
  const addButton = useRef<HTMLButtonElement>(null);
  const [renamedId, setRenamedId] = useState<string>();
  const [removed, setRemoved] = useState<PasskeyEntry>();
  const [isAdding, setAdding] = useState(false);
  const [error, setError] = useState<AuthError>();
  const [status, setStatus] = useState("");
  const unavailable = useHydrated() ? passkeysUnavailable() : undefined;

  // The button that had the focus is removed with its passkey.
  const shown = useRef(passkeys.length);
  useEffect(() => {
    if (passkeys.length < shown.current) addButton.current?.focus();
    shown.current = passkeys.length;
  }, [passkeys.length]);

  async function add() {
    if (isAdding) return;
    setAdding(true);
    setError(undefined);
    setStatus("");
    const result = await withReauthentication(passkeyClient.addPasskey);
    setAdding(false);
    if (result.error) {
      if (!isCancelled(result.error)) setError(result.error);
      return;
    }
    setStatus("Your passkey is added. Give it a name that you will recognize.");
    setRenamedId(result.data.passkey.id);
    router.refresh();
  }

  function finishRenaming(newStatus: string) {
    setRenamedId(undefined);
    setStatus(newStatus);
    addButton.current?.focus();
  }

  return (
    <div className="grid grid-cols-1 gap-4">
      {error && <Alert>{error.message}</Alert>}
      {passkeys.length === 0 && <p className="text-sm text-muted">You have no passkeys yet.</p>}
      <ul className="grid grid-cols-1 gap-3 empty:hidden">
        {passkeys.map((passkey) => (
          <li className="min-w-0" key={passkey.id}>
            {passkey.id === renamedId ? (
              <RenameForm
                onCancel={() => finishRenaming("")}
                onRenamed={() => {
                  finishRenaming("The name is changed.");
                  router.refresh();
                }}
                passkey={passkey}
              />
            ) : (
              <div className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-2">
                <div className="min-w-0">
                  <p className="font-medium break-words">{passkey.name}</p>
                  <p className="text-sm text-muted">
                    Added <DateTime instant={passkey.createdAt} />
                    {passkey.lastUsedAt ? (
                      <>
                        , last used <DateTime instant={passkey.lastUsedAt} />
                      </>
                    ) : (
                      ", not used yet"
                    )}
                  </p>
                </div>
                <DisabledUntilHydrated>
                  <div className="flex flex-wrap gap-2">
                    <button
                      aria-label={`Rename ${passkey.name}`}
                      className={button.quiet}
                      onClick={() => setRenamedId(passkey.id)}
                      type="button"
                    >
                      Rename
                    </button>
                    <button
                      aria-label={`Remove ${passkey.name}`}
                      className={button.danger}
                      onClick={() => setRemoved(passkey)}
                      type="button"
                    >
                      Remove
                    </button>
                  </div>
                </DisabledUntilHydrated>
              </div>
            )}
          </li>
        ))}
      </ul>
      {unavailable ? (
        <p className="text-sm">{unavailable}</p>
      ) : (
        <DisabledUntilHydrated>
          <button
            aria-busy={isAdding}
            className={`${button.quiet} justify-self-start`}
            onClick={add}
            ref={addButton}
            type="button"
          >
            <Plus />
            {isAdding ? "Adding…" : "Add a passkey"}
          </button>
        </DisabledUntilHydrated>
      )}
      <p className="text-sm font-medium text-accent empty:hidden" role="status">
        {status}
      </p>
      <Modal isOpen={removed !== undefined} onClose={() => setRemoved(undefined)} title="Remove this passkey?">
        {removed && (
          <RemoveForm
            onClose={() => setRemoved(undefined)}
            onRemoved={() => {
              setRemoved(undefined);
              setStatus("The passkey is removed.");
              router.refresh();
            }}
            passkey={removed}
          />
        )}
      </Modal>
    </div>
  );
}

/** The user has closed the browser's dialog, or the one that asks for confirmation. */
const isCancelled = ({ code }: AuthError): boolean => code === CANCELLED || code === REAUTHENTICATION_REQUIRED;

type FormProps = { passkey: PasskeyEntry };

function RenameForm({ passkey, onCancel, onRenamed }: FormProps & { onCancel: () => void; onRenamed: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const { submit, isPending, error } = useAsyncForm({
    validate: (form) => {
      const { value } = form.elements.namedItem("name") as HTMLInputElement;
      if (!value.trim()) return { field: "name", message: "Enter a name for the passkey." };
    },
    send: (data) => passkeyClient.updatePasskey({ id: passkey.id, name: String(data.get("name")).trim() }),
    onSuccess: onRenamed,
    onError: () => input.current?.focus(),
  });
  // The proposed name is selected, so that typing replaces it.
  useEffect(() => input.current?.select(), []);
  return (
    <form className="grid grid-cols-1 gap-3" method="post" noValidate onSubmit={submit}>
      {error && !error.field && <Alert>{error.message}</Alert>}
      <Field
        autoComplete="off"
        defaultValue={passkey.name}
        error={error?.field ? error.message : undefined}
        label="Name of the passkey"
        maxLength={NAME_MAX_LENGTH}
        name="name"
        onKeyDown={(event) => event.key === "Escape" && onCancel()}
        ref={input}
        required
      />
      <div className="flex flex-wrap gap-2">
        <button aria-busy={isPending} className={button.primary} type="submit">
          {isPending ? "Saving…" : "Save name"}
        </button>
        <button className={button.quiet} onClick={onCancel} type="button">
          Cancel
        </button>
      </div>
    </form>
  );
}

function RemoveForm({ passkey, onClose, onRemoved }: FormProps & { onClose: () => void; onRemoved: () => void }) {
  const withReauthentication = useReauthentication();
  const { submit, isPending, error } = useAsyncForm({
    send: () => withReauthentication(() => passkeyClient.deletePasskey({ id: passkey.id })),
    onSuccess: onRemoved,
  });
  return (
    <form className="grid grid-cols-1 gap-5" method="post" onSubmit={submit}>
      <p className="break-words text-muted">
        You can’t sign in with “{passkey.name}” any more. Delete it on your device as well, so that it isn’t offered
        there.
      </p>
      {error && <Alert>{error.message}</Alert>}
      <div className="flex flex-wrap justify-end gap-3">
        <button className={button.quiet} onClick={onClose} type="button">
          Keep it
        </button>
        <button aria-busy={isPending} className={button.danger} type="submit">
          {isPending ? "Removing…" : "Remove"}
        </button>
      </div>
    </form>
  );
}
