"use client";

import { useRouter } from "next/navigation";
import { type KeyboardEvent, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useAsyncForm } from "@/hooks/use-async-form";
import { useAutofocus } from "@/hooks/use-autofocus";
import { useCurrentUser } from "@/hooks/use-current-user";
import { useSession } from "@/hooks/use-session";
import { ACCOUNT_BOUNDS_MESSAGES, findBoundsError } from "@/lib/account-bounds";
import { type AuthError, authClient } from "@/lib/auth-client";
import { broadcast } from "@/lib/session/broadcast";
import { useAnnounce } from "../layout/live-region.tsx";
import { Alert } from "../ui/alert.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Field } from "../ui/field.tsx";
import { button } from "../ui/styles.ts";
import { ProfileRow } from "./profile-row.tsx";

/** The name of the account, and its editor in the same place. */
export function NameRow() {
  const [isEditing, setEditing] = useState(false);
  const editButton = useRef<HTMLButtonElement>(null);
  const { name } = useCurrentUser();

  function close() {
    flushSync(() => setEditing(false));
    editButton.current?.focus();
  }

  if (isEditing) return <NameForm onClose={close} />;
  return (
    <ProfileRow
      action={
        <DisabledUntilHydrated>
          <button
            aria-label="Edit name"
            className={button.quiet}
            onClick={() => setEditing(true)}
            ref={editButton}
            type="button"
          >
            Edit
          </button>
        </DisabledUntilHydrated>
      }
      label="Name"
    >
      {name}
    </ProfileRow>
  );
}

function NameForm({ onClose }: { onClose: () => void }) {
  const session = useSession();
  const router = useRouter();
  const announce = useAnnounce();
  const autofocus = useAutofocus();
  const { submit, isPending, error } = useAsyncForm({
    validate: (form) => invalidName(nameIn(new FormData(form))),
    send: async (data) => {
      const name = nameIn(data);
      if (name === session.user.name) return { data: name, error: null };
      const { error } = await authClient.updateUser({ name });
      return error ? { data: null, error } : { data: name, error: null };
    },
    onSuccess: (name) => {
      if (name !== session.user.name) {
        const user = { ...session.user, name };
        session.userChanged(user);
        broadcast({ kind: "user-changed", user });
        announce("Your name is changed.");
        // For the recent activity.
        router.refresh();
      }
      onClose();
    },
    onError: (_error, form) => form.querySelector<HTMLInputElement>("[name=name]")?.focus(),
  });

  function closeOnEscape(event: KeyboardEvent) {
    // Escape also ends the composition of a character.
    if (event.key === "Escape" && !event.nativeEvent.isComposing && !isPending) onClose();
  }

  return (
    <div>
      <dt className="sr-only">Name</dt>
      <dd>
        <form className="grid grid-cols-1 gap-3" method="post" noValidate onKeyDown={closeOnEscape} onSubmit={submit}>
          {error && !error.field && <Alert>{error.message}</Alert>}
          <Field
            autoComplete="name"
            defaultValue={session.user.name}
            error={error?.field ? error.message : undefined}
            label="Name"
            name="name"
            onFocus={(event) => event.currentTarget.select()}
            readOnly={isPending}
            ref={autofocus}
            required
          />
          <div className="flex flex-wrap gap-3">
            <button aria-busy={isPending} className={button.primary} type="submit">
              {isPending ? "Saving…" : "Save"}
            </button>
            <button className={button.quiet} disabled={isPending} onClick={onClose} type="button">
              Cancel
            </button>
          </div>
        </form>
      </dd>
    </div>
  );
}

/** The server trims the name as well. */
const nameIn = (data: FormData): string => String(data.get("name")).trim();

function invalidName(name: string): AuthError | undefined {
  const code = findBoundsError({ name });
  return code && { field: "name", message: ACCOUNT_BOUNDS_MESSAGES[code] };
}
