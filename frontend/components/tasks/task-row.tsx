"use client";

import { isDraft } from "@/lib/tasks/draft";
import type { Task } from "@/lib/tasks/task";
import { Check, Trash } from "../ui/icons.tsx";
import { button } from "../ui/styles.ts";

type Props = {
  task: Task;
  onComplete: (completed: boolean) => void;
  onEdit: () => void;
  onDelete: () => void;
};

export const checkboxId = (task: Task) => `task-${task.id}-done`;
export const titleId = (task: Task) => `task-${task.id}-title`;

/** One task: a checkbox, the title, which opens the editor, and a delete button. */
export function TaskRow({ task, onComplete, onEdit, onDelete }: Props) {
  const isComplete = task.status === "complete";
  const isPending = isDraft(task);
  return (
    <div className={`group flex items-start gap-0.5 p-1.5 transition-opacity ${isPending ? "opacity-60" : ""}`}>
      <span className="relative grid size-11 shrink-0 place-items-center">
        <input
          aria-label={task.title}
          checked={isComplete}
          className="peer size-6 cursor-pointer appearance-none rounded-full border-2 border-control transition-colors checked:border-accent checked:bg-accent hover:border-accent disabled:cursor-default"
          disabled={isPending}
          id={checkboxId(task)}
          onChange={(event) => onComplete(event.target.checked)}
          type="checkbox"
        />
        <Check
          className="pointer-events-none absolute scale-75 text-on-accent opacity-0 peer-checked:opacity-100 forced-colors:text-[CanvasText]"
          strokeWidth={3}
        />
      </span>
      <button
        className="min-h-11 min-w-0 flex-1 rounded-lg px-1.5 py-2.5 text-left hover:bg-accent-soft disabled:cursor-default disabled:hover:bg-transparent"
        disabled={isPending}
        id={titleId(task)}
        onClick={onEdit}
        title="Edit"
        type="button"
      >
        <span className={`block break-words ${isComplete ? "text-muted line-through decoration-control" : ""}`}>
          {task.title}
        </span>
        {task.description && (
          <span className="mt-0.5 line-clamp-2 text-sm break-words text-muted">{task.description}</span>
        )}
      </button>
      <button
        aria-label={`Delete ${task.title}`}
        className={`${button.icon} focus-visible:opacity-100 group-focus-within:opacity-100 group-hover:opacity-100 [@media(hover:hover)]:opacity-0`}
        disabled={isPending}
        onClick={onDelete}
        title="Delete"
        type="button"
      >
        <Trash />
      </button>
    </div>
  );
}
