"use client";

import { type FormEvent, useLayoutEffect, useRef, useState } from "react";
import { toast } from "sonner";
import { useAutofocus } from "@/hooks/use-autofocus";
import type { CreateVariables, TaskMutations } from "@/hooks/use-task-mutations";
import { createIdempotencyKey } from "@/lib/api/idempotency-key";
import { DESCRIPTION_MAX_LENGTH, lengthOf, TITLE_MAX_LENGTH } from "@/lib/tasks/task";
import { useAnnounce } from "../layout/live-region.tsx";
import { DisabledUntilHydrated } from "../ui/disabled-until-hydrated.tsx";
import { Note, Plus } from "../ui/icons.tsx";
import { button } from "../ui/styles.ts";
import { CharacterCounter } from "./character-counter.tsx";
import { errorMessage } from "./error-message.ts";

/** Creates a task: one line for the title, and a note on request. */
export function TaskForm({ create }: { create: TaskMutations["create"] }) {
  const [title, setTitle] = useState("");
  const [note, setNote] = useState("");
  const [hasNote, setHasNote] = useState(false);
  const [error, setError] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const announce = useAnnounce();
  const autofocus = useAutofocus();
  // The input may contain text that was typed before hydration.
  useLayoutEffect(() => setTitle(input.current?.value ?? ""), []);

  function submit(event: FormEvent) {
    event.preventDefault();
    const task = { title: title.trim(), description: note.trim() ? note : null };
    if (!task.title) return showError("Write what there is to do.");
    if (lengthOf(task.title) > TITLE_MAX_LENGTH)
      return showError(`Use at most ${TITLE_MAX_LENGTH} characters; the rest fits into a note.`);
    if (lengthOf(note) > DESCRIPTION_MAX_LENGTH)
      return showError(`Keep the note to ${DESCRIPTION_MAX_LENGTH} characters.`);
    setTitle("");
    setNote("");
    setHasNote(false);
    setError(undefined);
    input.current?.focus();
    send({ task, idempotencyKey: createIdempotencyKey() });
  }

  function send(variables: CreateVariables) {
    create.mutate(variables, {
      onSuccess: (task) => announce(`Added ${task.title}`),
      onError: (error) =>
        toast.error(`“${variables.task.title}” was not added. ${errorMessage(error)}`, {
          duration: Number.POSITIVE_INFINITY,
          // The same key: if the failed request was applied, the repeated one creates no second task.
          action: { label: "Try again", onClick: () => send(variables) },
          cancel: { label: "Dismiss", onClick: () => {} },
        }),
    });
  }

  function showError(text: string) {
    setError(text);
    input.current?.focus();
  }

  return (
    <form className="card p-1.5 focus-within:border-accent" noValidate onSubmit={submit}>
      <div className="flex items-center gap-1">
        <Plus className="ml-2.5 shrink-0 text-muted" />
        <input
          aria-describedby={error ? "add-task-error" : undefined}
          aria-invalid={error ? true : undefined}
          aria-label="New task"
          autoComplete="off"
          className="h-11 min-w-0 flex-1 bg-transparent px-1.5 outline-none"
          enterKeyHint="done"
          name="title"
          onChange={(event) => {
            setTitle(event.target.value);
            setError(undefined);
          }}
          placeholder="Add a task"
          ref={input}
          value={title}
        />
        <DisabledUntilHydrated>
          <button
            aria-expanded={hasNote}
            aria-label="Add a note"
            className={button.icon}
            onClick={() => setHasNote(!hasNote)}
            title="Add a note"
            type="button"
          >
            <Note />
          </button>
          <button className={button.primary} type="submit">
            Add
          </button>
        </DisabledUntilHydrated>
      </div>
      {hasNote && (
        <textarea
          aria-label="Note for the new task"
          ref={autofocus}
          className="mt-1 block min-h-24 w-full resize-y border-t border-line bg-transparent px-3 py-2.5 outline-none"
          name="note"
          onChange={(event) => setNote(event.target.value)}
          placeholder="Details, links, whatever helps"
          value={note}
        />
      )}
      <CharacterCounter max={TITLE_MAX_LENGTH} text={title} />
      {error && (
        <p className="px-3 pt-1 pb-2 text-sm font-medium text-danger" id="add-task-error" role="alert">
          {error}
        </p>
      )}
    </form>
  );
}
