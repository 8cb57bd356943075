"use client";

import type { AuthError, AuthField, AuthResult, User } from "@/lib/auth-client";
import { broadcast } from "@/lib/session/broadcast";
import { useAsyncForm } from "./use-async-form.ts";

type Send<T> = (form: FormData) => Promise<AuthResult<{ user: T }>>;

/** The form of signing in and signing up: it validates the fields, sends them and shows errors beside their fields. */
export function useAuthForm<T extends User | null>(send: Send<T>, onSuccess: (user: T, form: HTMLFormElement) => void) {
  const { submit, isPending, error } = useAsyncForm({
    send,
    validate: firstInvalidField,
    onSuccess: ({ user }, form) => {
      if (user) broadcast({ kind: "signed-in", userId: user.id });
      onSuccess(user, form);
    },
    onError: focusInvalidField,
    staysPending: true,
  });
  const errorOf = (field: AuthField) => (error?.field === field ? error.message : undefined);
  const formError = error && !error.field ? error.message : undefined;
  return { submit, isPending, errorOf, formError, errorCode: error?.code };
}

export function focusInvalidField(error: AuthError, form: HTMLFormElement): void {
  const field = error.field ?? (error.code === "INVALID_EMAIL_OR_PASSWORD" ? "password" : undefined);
  if (field) form.querySelector<HTMLInputElement>(`[name=${field}]`)?.focus();
}

const MISSING: Record<string, string> = {
  name: "Enter your name.",
  email: "Enter your e-mail address.",
  password: "Enter your password.",
  code: "Enter a code.",
};

/** The browser's own validation, with this app's texts. */
export function firstInvalidField(form: HTMLFormElement): AuthError | undefined {
  for (const input of form.querySelectorAll<HTMLInputElement>("input")) {
    const { validity, name } = input;
    const field = name as AuthField;
    if (validity.valueMissing || (input.required && !input.value.trim()))
      return { field, message: MISSING[name] ?? "Fill this in." };
    if (validity.typeMismatch) return { field, message: "This is not an e-mail address." };
    // Browsers apply `minlength` to typed values only, not to values that were filled in.
    const { minLength } = input.dataset;
    if (minLength && input.value.length < Number(minLength))
      return { field, message: `Use at least ${minLength} characters.` };
  }
  return undefined;
}
