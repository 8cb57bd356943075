"use client";

import { type ReactNode, useState } from "react";
import { useAsyncForm } from "@/hooks/use-async-form";
import { useAutofocus } from "@/hooks/use-autofocus";
import { useReauthentication } from "@/hooks/use-reauthentication";
import { type AuthResult, authClient } from "@/lib/auth-client";
import { Alert } from "../ui/alert.tsx";
import { Field } from "../ui/field.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";
import { QrCode } from "./qr-code.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";

type Props = { email: string; hasPassword: boolean; onCancel: () => void; onFinish: () => void };
type CodesProps = Props & {
  /** The recovery codes are about to be shown. */
  onCodes: () => void;
};

/** Three steps: the password, the first code of the authenticator app, the recovery codes. */
export function EnableTwoStep({ onCodes, ...props }: CodesProps) {
  const [setup, setSetup] = useState<{ totpURI: string; backupCodes: string[] }>();
  const [isConfirmed, setConfirmed] = useState(false);
  if (!setup)
    return (
      <PasswordStep
        {...props}
        onSuccess={setSetup}
        pendingLabel="Continuing…"
        send={authClient.twoFactor.enable}
        submitLabel="Continue"
      >
        You need an authenticator app, for example Google Authenticator, Microsoft Authenticator or 2FAS, or a password
        manager that makes codes.
      </PasswordStep>
    );
  if (!isConfirmed)
    return (
      <FirstCode
        onCancel={props.onCancel}
        onSuccess={() => {
          onCodes();
          setConfirmed(true);
        }}
        uri={setup.totpURI}
      />
    );
  return (
    <RecoveryCodes
      codes={setup.backupCodes}
      email={props.email}
      lead="Two-step sign-in is on. If you lose your phone, one of these codes lets you in. Each works once. They are not shown again."
      onFinish={props.onFinish}
    />
  );
}

export function RenewRecoveryCodes({ onCodes, ...props }: CodesProps) {
  const [codes, setCodes] = useState<string[]>();
  if (!codes)
    return (
      <PasswordStep
        {...props}
        onSuccess={({ backupCodes }) => {
          onCodes();
          setCodes(backupCodes);
        }}
        pendingLabel="Making codes…"
        send={authClient.twoFactor.generateBackupCodes}
        submitLabel="Make new codes"
      >
        You get ten new codes. The ones you have now stop working.
      </PasswordStep>
    );
  return (
    <RecoveryCodes
      codes={codes}
      email={props.email}
      lead="Your old codes no longer work. Each of these works once. They are not shown again."
      onFinish={props.onFinish}
    />
  );
}

export function DisableTwoStep({ onFinish, ...props }: Props) {
  return (
    <PasswordStep
      {...props}
      isDanger
      onSuccess={onFinish}
      pendingLabel="Turning off…"
      send={authClient.twoFactor.disable}
      submitLabel="Turn off"
    >
      Your password alone is then enough to sign in. Your recovery codes stop working.
    </PasswordStep>
  );
}

type PasswordStepProps<T> = Pick<Props, "email" | "hasPassword" | "onCancel"> & {
  send: (body: { password?: string }) => Promise<AuthResult<T>>;
  onSuccess: (data: T) => void;
  submitLabel: string;
  pendingLabel: string;
  isDanger?: boolean;
  children: ReactNode;
};

/** Asks for the password. An account without one authenticates again by its passkey, if that was not done lately. */
function PasswordStep<T>({ hasPassword, isDanger = false, ...props }: PasswordStepProps<T>) {
  const autofocus = useAutofocus();
  const withReauthentication = useReauthentication();
  const { submit, isPending, error } = useAsyncForm({
    send: (data) =>
      withReauthentication(() => props.send(hasPassword ? { password: String(data.get("password")) } : {})),
    onSuccess: props.onSuccess,
    onError: (_error, form) => form.querySelector<HTMLInputElement>("[name=password]")?.focus(),
  });
  return (
    <form className="grid grid-cols-1 gap-5" method="post" onSubmit={submit}>
      <p className="text-muted">{props.children}</p>
      {error && !(error.field && hasPassword) && <Alert>{error.message}</Alert>}
      {hasPassword && (
        <>
          {/* Password managers read the account from this field. */}
          <input autoComplete="username" defaultValue={props.email} hidden name="username" type="email" />
          <PasswordField
            autoComplete="current-password"
            error={error?.field ? error.message : undefined}
            name="password"
            ref={autofocus}
            required
          />
        </>
      )}
      <div className="flex flex-wrap justify-end gap-3">
        <button className={button.quiet} onClick={props.onCancel} type="button">
          Cancel
        </button>
        <button aria-busy={isPending} className={isDanger ? button.danger : button.primary} type="submit">
          {isPending ? props.pendingLabel : props.submitLabel}
        </button>
      </div>
    </form>
  );
}

/** The key as a QR code and as text. It counts once the app's first code was right. */
function FirstCode({ uri, onSuccess, onCancel }: { uri: string; onSuccess: () => void; onCancel: () => void }) {
  const autofocus = useAutofocus();
  const { submit, isPending, error } = useAsyncForm({
    send: (data) => authClient.twoFactor.verifyTotp({ code: String(data.get("code")) }),
    onSuccess,
    onError: (_error, form) => form.querySelector<HTMLInputElement>("[name=code]")?.focus(),
  });
  const key = new URL(uri).searchParams.get("secret") ?? "";
  return (
    <form className="grid grid-cols-1 gap-5" method="post" onSubmit={submit}>
      <p className="text-muted">Scan this code with your authenticator app. Then enter the six digits that it shows.</p>
      <QrCode label="QR code with the key for your authenticator app" value={uri} />
      <details>
        <summary className="flex min-h-11 cursor-pointer items-center font-medium text-accent underline underline-offset-4">
          Can’t scan it?
        </summary>
        <p className="text-sm text-muted">Add an account in the app by hand and type this key, without the spaces:</p>
        <code className="mt-2 block text-sm wrap-anywhere select-all">{key.match(/.{1,4}/g)?.join(" ")}</code>
        <a className="flex min-h-11 items-center font-medium text-accent underline underline-offset-4" href={uri}>
          Open the authenticator app of this device
        </a>
      </details>
      {error && !error.field && <Alert>{error.message}</Alert>}
      <Field
        autoComplete="one-time-code"
        error={error?.field ? error.message : undefined}
        inputMode="numeric"
        label="Code"
        name="code"
        ref={autofocus}
        required
      />
      <div className="flex flex-wrap justify-end gap-3">
        <button className={button.quiet} onClick={onCancel} type="button">
          Cancel
        </button>
        <button aria-busy={isPending} className={button.primary} type="submit">
          {isPending ? "Checking…" : "Turn on"}
        </button>
      </div>
    </form>
  );
}
