"use client";

import { type FormEvent, useRef, useState } from "react";
import type { AuthError, Field, Outcome, Person } from "@/lib/auth-client";
import { tell } from "@/lib/session/broadcast";

type Send = (form: FormData) => Promise<Outcome<{ user: Person }>>;

/** What signing in and signing up have in common: send, say what is wrong where it is wrong, or go on. */
export function useAuthForm(send: Send, onDone: (person: Person) => void) {
  const form = useRef<HTMLFormElement>(null);
  const [problem, setProblem] = useState<AuthError>();
  const [isSending, setSending] = useState(false);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isSending) return;
    const fault = firstInvalidField(event.currentTarget);
    if (fault) return refuse(fault);
    setSending(true);
    const outcome = await send(new FormData(event.currentTarget));
    if (outcome.ok) {
      tell({ kind: "signed-in", userId: outcome.value.user.id });
      return onDone(outcome.value.user);
    }
    setSending(false);
    refuse(outcome.problem);
  }

  function refuse(fault: AuthError) {
    setProblem(fault);
    const field = fault.field ?? (fault.code === "INVALID_EMAIL_OR_PASSWORD" ? "password" : undefined);
    if (field) form.current?.querySelector<HTMLInputElement>(`[name=${field}]`)?.focus();
  }

  const errorOf = (field: Field) => (problem?.field === field ? problem.text : undefined);
  return { form, submit, isSending, errorOf, notice: problem && !problem.field ? problem.text : undefined };
}

const EMPTY: Record<string, string> = {
  name: "Enter your name.",
  email: "Enter your e-mail address.",
  password: "Enter your password.",
};

/** What the browser already knows, in our words and at our place. */
function firstInvalidField(form: HTMLFormElement): AuthError | undefined {
  for (const input of form.querySelectorAll<HTMLInputElement>("input")) {
    const { validity, name } = input;
    const field = name as Field;
    if (validity.valueMissing || (input.required && !input.value.trim()))
      return { field, text: EMPTY[name] ?? "Fill this in." };
    if (validity.typeMismatch) return { field, text: "This is not an e-mail address." };
    // Counted here: browsers check a minimum length only for what was typed, not for what was filled in.
    const { min } = input.dataset;
    if (min && input.value.length < Number(min)) return { field, text: `Use at least ${min} characters.` };
  }
  return undefined;
}
