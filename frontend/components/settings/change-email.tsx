"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { useAsyncForm } from "@/hooks/use-async-form";
import { useAutofocus } from "@/hooks/use-autofocus";
import { useReauthentication } from "@/hooks/use-reauthentication";
import { type AuthError, authClient } from "@/lib/auth-client";
import { Alert } from "../ui/alert.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Field } from "../ui/field.tsx";
import { Notice } from "../ui/notice.tsx";
import { button } from "../ui/styles.ts";

type Props = {
  email: string;
  /** Entered, and not confirmed yet. */
  newEmail: string | undefined;
  /** Where the mails are, if no mail server is set up. */
  mailNotice: string | undefined;
};

/** Changes the address of the account: a link at the new address confirms it. */
export function ChangeEmail({ email, newEmail, mailNotice }: Props) {
  const router = useRouter();
  const [isOpen, setOpen] = useState(false);
  const [error, setError] = useState<AuthError>();
  const [isPending, setPending] = useState(false);
  const [status, setStatus] = useState("");
  const change = useRef<HTMLButtonElement>(null);
  const [focusesChange, setFocusesChange] = useState(false);

  // The focused button or form is gone.
  useEffect(() => {
    if (focusesChange) change.current?.focus();
    setFocusesChange(false);
  }, [focusesChange]);

  function close(message = "") {
    setOpen(false);
    setStatus(message);
    setFocusesChange(true);
  }

  async function cancel() {
    setPending(true);
    const result = await authClient.cancelEmailChange();
    setPending(false);
    setError(result.error ?? undefined);
    if (result.error) return;
    close("The change is cancelled. The link in the mail no longer works.");
    router.refresh();
  }

  return (
    <div className="grid grid-cols-1 gap-3">
      {error && <Alert>{error.message}</Alert>}
      {newEmail && !isOpen && (
        <p className="rounded-[0.625rem] bg-accent-soft px-3.5 py-3 text-sm break-words">
          Open the link in the mail to <strong className="break-all">{newEmail}</strong> to confirm the new address.
          Until then {email} stays your address. {mailNotice}
        </p>
      )}
      {isOpen ? (
        <NewEmailForm
          email={email}
          mailNotice={mailNotice}
          onClose={() => close()}
          onSent={(sentTo) => {
            close(`A mail with a link is on its way to ${sentTo}.`);
            router.refresh();
          }}
        />
      ) : (
        <DisabledUntilHydrated>
          <div className="flex flex-wrap gap-3">
            <button
              className={button.quiet}
              onClick={() => {
                setStatus("");
                setOpen(true);
              }}
              ref={change}
              type="button"
            >
              {newEmail ? "Use another address" : "Change e-mail address"}
            </button>
            {newEmail && (
              <button
                aria-busy={isPending}
                className={button.quiet}
                disabled={isPending}
                onClick={cancel}
                type="button"
              >
                Cancel the change
              </button>
            )}
          </div>
        </DisabledUntilHydrated>
      )}
      <p className="text-sm font-medium break-words text-accent empty:hidden" role="status">
        {status}
      </p>
    </div>
  );
}

type FormProps = Pick<Props, "email" | "mailNotice"> & { onClose: () => void; onSent: (newEmail: string) => void };

function NewEmailForm({ email, mailNotice, onClose, onSent }: FormProps) {
  const autofocus = useAutofocus();
  const withReauthentication = useReauthentication();
  const addressIn = (form: HTMLFormElement) => String(new FormData(form).get("newEmail")).trim();
  const { submit, isPending, error } = useAsyncForm({
    validate: (form) => {
      const input = form.querySelector("input");
      if (!addressIn(form)) return { field: "email", message: "Enter the new e-mail address." };
      if (input?.validity.typeMismatch) return { field: "email", message: "This is not an e-mail address." };
      if (addressIn(form).toLowerCase() === email.toLowerCase())
        return { field: "email", message: "This is your address already." };
      return undefined;
    },
    send: (data) => {
      const newEmail = String(data.get("newEmail")).trim();
      return withReauthentication(() => authClient.changeEmail({ newEmail }));
    },
    onSuccess: (_data, form) => onSent(addressIn(form)),
    onError: (_error, form) => form.querySelector("input")?.focus(),
  });
  return (
    <form className="grid grid-cols-1 gap-4" method="post" noValidate onSubmit={submit}>
      {error && !error.field && <Alert>{error.message}</Alert>}
      {mailNotice && <Notice>{mailNotice}</Notice>}
      <Field
        autoCapitalize="none"
        autoComplete="email"
        error={error?.field ? error.message : undefined}
        hint="We send a link to it, and a mail to your present address. The address changes when you open the link."
        inputMode="email"
        label="New e-mail address"
        name="newEmail"
        ref={autofocus}
        required
        spellCheck={false}
        type="email"
      />
      <div className="flex flex-wrap gap-3">
        <button aria-busy={isPending} className={button.primary} type="submit">
          {isPending ? "Sending the link…" : "Send the link"}
        </button>
        <button className={button.quiet} onClick={onClose} type="button">
          Keep my address
        </button>
      </div>
    </form>
  );
}
