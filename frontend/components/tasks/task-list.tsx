"use client";

import { useState } from "react";
import { toast } from "sonner";
import type { useTaskMutations } from "@/hooks/use-task-mutations";
import { type Filter, matchesFilter } from "@/lib/tasks/filter";
import type { Task } from "@/lib/tasks/task";
import { useAnnounce } from "../layout/live-region.tsx";
import { errorMessage } from "./error-message.ts";
import { focusWhenRendered } from "./focus-when-rendered.ts";
import { LoadMore } from "./load-more.tsx";
import { TaskEditor } from "./task-editor.tsx";
import { checkboxId, TaskRow, titleId } from "./task-row.tsx";

type Props = {
  tasks: Task[];
  filter: Filter;
  changes: ReturnType<typeof useTaskMutations>;
  remove: (task: Task, onUndone: () => void) => void;
  onMore: (() => void) | undefined;
  isLoadingMore: boolean;
};

export function TaskList({ tasks, filter, changes, remove, onMore, isLoadingMore }: Props) {
  const [editing, setEditing] = useState<number>();
  const announce = useAnnounce();

  /** Where the keyboard goes when a row is gone: to the next one, or the one before, or where tasks are added. */
  function focusBeside(task: Task) {
    const at = tasks.findIndex((each) => each.id === task.id);
    const beside = tasks[at + 1] ?? tasks[at - 1];
    focusWhenRendered(beside ? `#${checkboxId(beside)}` : "input[name=title]");
  }

  function complete(task: Task, completed: boolean) {
    if (!matchesFilter({ status: completed ? "complete" : "incomplete" }, filter)) focusBeside(task);
    announce(`${completed ? "Completed" : "Reopened"} ${task.title}`);
    const onError = (reason: Error) => toast.error(`“${task.title}” is as it was. ${errorMessage(reason)}`);
    changes.complete.mutate({ task, completed }, { onError });
  }

  function close(task: Task) {
    setEditing(undefined);
    focusWhenRendered(`#${titleId(task)}`);
  }

  return (
    <div className="card overflow-hidden">
      <ul aria-label="Tasks">
        {tasks.map((task) => (
          <li className="border-line not-first:border-t" key={task.id}>
            {editing === task.id ? (
              <TaskEditor changes={changes} onClose={() => close(task)} task={task} />
            ) : (
              <TaskRow
                onComplete={(completed) => complete(task, completed)}
                onEdit={() => setEditing(task.id)}
                onRemove={() => {
                  focusBeside(task);
                  remove(task, () => focusWhenRendered(`#${titleId(task)}`));
                }}
                task={task}
              />
            )}
          </li>
        ))}
      </ul>
      {onMore && <LoadMore isLoading={isLoadingMore} onMore={onMore} />}
    </div>
  );
}
