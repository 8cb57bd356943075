"use client";

import { type KeyboardEvent, useState } from "react";
import { useAutofocus } from "@/hooks/use-autofocus";
import { useTaskEdit } from "@/hooks/use-task-edit";
import type { TaskMutations } from "@/hooks/use-task-mutations";
import { DESCRIPTION_MAX_LENGTH, lengthOf, type Task, type TaskChange, TITLE_MAX_LENGTH } from "@/lib/tasks/task";
import { EditConflictError } from "@/lib/tasks/task-edit";
import { useAnnounce } from "../layout/live-region.tsx";
import { button } from "../ui/styles.ts";
import { CharacterCounter } from "./character-counter.tsx";
import { errorMessage } from "./error-message.ts";

type Props = { task: Task; update: TaskMutations["update"]; onClose: () => void };

/** Edits title and note in the row. Enter saves, Escape cancels. */
export function TaskEditor({ task, update, onClose }: Props) {
  const [title, setTitle] = useState(task.title);
  const [note, setNote] = useState(task.description ?? "");
  const [error, setError] = useState<string>();
  const [isConflict, setConflict] = useState(false);
  const edit = useTaskEdit(task);
  const announce = useAnnounce();
  const autofocus = useAutofocus();

  function save(event: { preventDefault: () => void }, { overwrite = false } = {}) {
    event.preventDefault();
    const change = changeOf(edit.opened, title.trim(), note);
    if (!title.trim()) return setError("A task needs a title.");
    if (lengthOf(title.trim()) > TITLE_MAX_LENGTH) return setError(`Use at most ${TITLE_MAX_LENGTH} characters.`);
    if (lengthOf(note) > DESCRIPTION_MAX_LENGTH)
      return setError(`Keep the note to ${DESCRIPTION_MAX_LENGTH} characters.`);
    if (!change) return onClose();
    setError(undefined);
    update.mutate(
      { task, edit, change, overwrite },
      {
        onSuccess: (saved) => {
          announce(`Saved ${saved.title}`);
          onClose();
        },
        onError: (error) => {
          const conflict = error instanceof EditConflictError;
          setConflict(conflict);
          setError(conflict ? "It was changed somewhere else meanwhile. Yours is still here." : errorMessage(error));
        },
      },
    );
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Escape") onClose();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save(event);
  }

  return (
    <form className="appear grid grid-cols-1 gap-3 p-3 sm:p-4" noValidate onKeyDown={onKeyDown} onSubmit={save}>
      <div className="grid grid-cols-1 gap-1">
        <input
          aria-describedby={error ? "edit-task-error" : undefined}
          aria-invalid={error ? true : undefined}
          aria-label="Title"
          autoComplete="off"
          ref={autofocus}
          className="control"
          name="edit-title"
          onChange={(event) => setTitle(event.target.value)}
          value={title}
        />
        <CharacterCounter max={TITLE_MAX_LENGTH} text={title} />
      </div>
      <textarea
        aria-label="Note"
        className="control field-sizing-content max-h-80 min-h-24 resize-y"
        name="edit-note"
        onChange={(event) => setNote(event.target.value)}
        placeholder="Details, links, whatever helps"
        value={note}
      />
      {error && (
        <p className="text-sm font-medium text-danger" id="edit-task-error" role="alert">
          {error}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <button className={button.quiet} onClick={onClose} type="button">
          Cancel
        </button>
        {isConflict ? (
          <button className={button.primary} onClick={(event) => save(event, { overwrite: true })} type="button">
            Save mine
          </button>
        ) : (
          <button aria-busy={update.isPending} className={button.primary} type="submit">
            Save
          </button>
        )}
      </div>
    </form>
  );
}

/** The members that the user has changed. The others keep the value that the backend has. */
function changeOf(task: Task, title: string, note: string): TaskChange | undefined {
  const description = note.trim() ? note : null;
  const change: TaskChange = {
    ...(title !== task.title && { title }),
    ...(description !== task.description && { description }),
  };
  return Object.keys(change).length > 0 ? change : undefined;
}
