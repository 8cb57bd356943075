"use client";

import { type FormEvent, useState } from "react";
import type { AuthError, AuthResult } from "@/lib/auth-client";

type Options<T> = {
  send: (form: FormData) => Promise<AuthResult<T>>;
  onSuccess: (data: T, form: HTMLFormElement) => void;
  onError?: (error: AuthError, form: HTMLFormElement) => void;
  /** Checks the form before it is sent. */
  validate?: (form: HTMLFormElement) => AuthError | undefined;
  /** Keeps the form pending after success, because the page is being left. */
  staysPending?: boolean;
};

/** A form that is sent by script: one request at a time, with the error of the last one. */
export function useAsyncForm<T>({ send, onSuccess, onError, validate, staysPending = false }: Options<T>) {
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<AuthError>();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isPending) return;
    const form = event.currentTarget;
    const invalid = validate?.(form);
    if (invalid) return fail(invalid, form);
    setPending(true);
    const result = await send(new FormData(form));
    if (result.error || !staysPending) setPending(false);
    if (result.error) return fail(result.error, form);
    setError(undefined);
    onSuccess(result.data, form);
  }

  function fail(newError: AuthError, form: HTMLFormElement) {
    setError(newError);
    onError?.(newError, form);
  }

  return { submit, isPending, error };
}
