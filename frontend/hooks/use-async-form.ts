"use client";

import { type FormEvent, useRef, useState } from "react";
import type { AuthError, Outcome } from "@/lib/auth-client";

/** A form of the settings: send it, and say what is wrong where it is wrong. */
export function useSettingsForm(send: (form: FormData) => Promise<Outcome<unknown>>, onDone: () => void) {
  const form = useRef<HTMLFormElement>(null);
  const [problem, setProblem] = useState<AuthError>();
  const [isSending, setSending] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isSending) return;
    setSending(true);
    const outcome = await send(new FormData(event.currentTarget));
    setSending(false);
    if (!outcome.ok) return setProblem(outcome.problem);
    setProblem(undefined);
    form.current?.reset();
    onDone();
  }

  return { form, submit, isSending, problem };
}
