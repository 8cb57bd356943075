"use client";

import { useAuthForm } from "@/hooks/use-auth-form";
import { useAutofocus } from "@/hooks/use-autofocus";
import { useIsSessionExpired, useSession } from "@/hooks/use-session";
import { signIn } from "@/lib/auth-client";
import { Notice } from "../ui/alert.tsx";
import { Field } from "../ui/field.tsx";
import { Modal } from "../ui/modal.tsx";
import { PasswordField } from "../ui/password-field.tsx";
import { button } from "../ui/styles.ts";

/** The session has ended while somebody was at work. Nothing on the page is lost, and it goes on where it stopped. */
export function ReauthDialog() {
  return (
    <Modal isOpen={useIsSessionExpired()} title="Sign in again">
      <Form />
    </Modal>
  );
}

function Form() {
  const session = useSession();
  const autofocus = useAutofocus();
  const { form, submit, isSending, errorOf, notice } = useAuthForm(
    (data) => signIn({ email: session.person.email, password: String(data.get("password")) }),
    (person) => session.signedIn(person.id),
  );
  return (
    <form className="grid grid-cols-1 gap-5" method="post" noValidate onSubmit={submit} ref={form}>
      <p className="text-muted">Your session has ended. What you have typed is still here.</p>
      {notice && <Notice>{notice}</Notice>}
      <Field autoComplete="username" label="E-mail" name="email" readOnly type="email" value={session.person.email} />
      <PasswordField
        autoComplete="current-password"
        ref={autofocus}
        error={errorOf("password")}
        name="password"
        required
      />
      <div className="flex flex-wrap justify-end gap-3">
        <button className={button.quiet} onClick={() => session.end("sign-in")} type="button">
          Leave
        </button>
        <button aria-busy={isSending} className={button.primary} type="submit">
          {isSending ? "Signing in…" : "Sign in"}
        </button>
      </div>
    </form>
  );
}
