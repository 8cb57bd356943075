"use client";

import { useId } from "react";
import { useAsyncForm } from "@/hooks/use-async-form";
import { useAutofocus } from "@/hooks/use-autofocus";
import { useReauthentication } from "@/hooks/use-reauthentication";
import { authClient } from "@/lib/auth-client";
import {
  curlCommand,
  PERSONAL_TOKEN_MESSAGES,
  parseNewPersonalToken,
  TOKEN_LIFETIMES,
  TOKEN_NAME_MAX_LENGTH,
} from "@/lib/personal-tokens";
import { Alert } from "../ui/alert.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Field } from "../ui/field.tsx";
import { button } from "../ui/styles.ts";

export type CreatedToken = { token: string; scopes: string[] };

const SCOPE_LABELS = { "tasks:read": "Read tasks", "tasks:write": "Change tasks" } as const;
const LIFETIME_LABELS = { 30: "30 days", 90: "90 days", 365: "A year" } as const;

type FormProps = { onCreated: (token: CreatedToken) => void; onCancel: () => void };

export function CreateTokenForm({ onCreated, onCancel }: FormProps) {
  const autofocus = useAutofocus();
  const withReauthentication = useReauthentication();
  const { submit, isPending, error } = useAsyncForm({
    validate: (form) => {
      const values = valuesOf(new FormData(form));
      const parsed = parseNewPersonalToken(values);
      if (typeof parsed !== "string") return undefined;
      const field = parsed === "TOKEN_SCOPES_INVALID" ? "scopes" : "name";
      return { code: parsed, field, message: PERSONAL_TOKEN_MESSAGES[parsed] };
    },
    send: (data) => withReauthentication(() => authClient.personalTokens.create(valuesOf(data))),
    onSuccess: ({ token, personalToken }) => onCreated({ token, scopes: personalToken.scopes }),
    onError: ({ field }, form) => form.querySelector<HTMLInputElement>(`[name=${field ?? "name"}]`)?.focus(),
  });
  const scopesError = error?.field === "scopes" ? error.message : undefined;
  return (
    <form className="grid grid-cols-1 gap-5" method="post" noValidate onSubmit={submit}>
      {error && !error.field && <Alert>{error.message}</Alert>}
      <Field
        autoComplete="off"
        error={error?.field === "name" ? error.message : undefined}
        hint="What it is for, for example “Backup script”."
        label="Name"
        maxLength={2 * TOKEN_NAME_MAX_LENGTH}
        name="name"
        ref={autofocus}
        required
      />
      <fieldset aria-describedby={scopesError && "scopes-error"} className="grid grid-cols-1 gap-1">
        <legend className="mb-1 text-sm font-medium">What it may do</legend>
        {Object.entries(SCOPE_LABELS).map(([scope, label]) => (
          <label className="flex min-h-11 items-center gap-3" key={scope}>
            <input
              className="size-5 accent-accent"
              defaultChecked={scope === "tasks:read"}
              name="scopes"
              type="checkbox"
              value={scope}
            />
            <span>
              {label} <code className="text-sm text-muted">{scope}</code>
            </span>
          </label>
        ))}
        {scopesError && (
          <p className="text-sm font-medium text-danger" id="scopes-error">
            {scopesError}
          </p>
        )}
      </fieldset>
      <label className="grid grid-cols-1 gap-1.5">
        <span className="text-sm font-medium">It ends after</span>
        <select className="control min-h-11" defaultValue={TOKEN_LIFETIMES[0]} name="days">
          {TOKEN_LIFETIMES.map((days) => (
            <option key={days} value={days}>
              {LIFETIME_LABELS[days]}
            </option>
          ))}
        </select>
      </label>
      <div className="flex flex-wrap justify-end gap-3">
        <button className={button.quiet} onClick={onCancel} type="button">
          Cancel
        </button>
        <button aria-busy={isPending} className={button.primary} type="submit">
          {isPending ? "Creating…" : "Create token"}
        </button>
      </div>
    </form>
  );
}

const valuesOf = (data: FormData) => ({
  name: String(data.get("name")),
  scopes: data.getAll("scopes").map(String),
  days: Number(data.get("days")),
});

type NewTokenProps = { token: CreatedToken; tasksUrl: string; onDone: () => void };

/** Shows a token, the only time that it is shown. */
export function NewToken({ token: { token, scopes }, tasksUrl, onDone }: NewTokenProps) {
  const autofocus = useAutofocus();
  const command = curlCommand(tasksUrl, token, scopes);
  return (
    <div className="grid grid-cols-1 gap-5">
      <p className="text-muted">
        Copy it now: it is not shown again. Keep it like a password. Whoever has it can use your tasks until it ends or
        you revoke it.
      </p>
      <ReadOnlyText label="Token" ref={autofocus} text={token} />
      <CopyButton label="Copy token" text={token} />
      <ReadOnlyText label="Try it in a terminal" text={command} />
      <CopyButton label="Copy command" text={command} />
      <button className={`${button.primary} justify-self-end`} onClick={onDone} type="button">
        Done
      </button>
    </div>
  );
}

type TextProps = { label: string; text: string; ref?: (element: HTMLTextAreaElement | null) => void };

/** A text to copy. It is selected when it gets the focus, for browsers without access to the clipboard. */
function ReadOnlyText({ label, text, ref }: TextProps) {
  const id = useId();
  return (
    <div className="grid grid-cols-1 gap-1.5">
      <label className="text-sm font-medium" htmlFor={id}>
        {label}
      </label>
      <textarea
        className="control resize-none font-mono text-sm break-all"
        id={id}
        onFocus={(event) => event.currentTarget.select()}
        readOnly
        ref={ref}
        rows={4}
        spellCheck={false}
        value={text}
      />
    </div>
  );
}
