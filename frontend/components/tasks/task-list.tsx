"use client";

import { useState } from "react";
import { toast } from "sonner";
import type { TaskMutations } from "@/hooks/use-task-mutations";
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
  mutations: TaskMutations;
  deleteTask: (task: Task, onUndone: () => void) => void;
  onLoadMore: (() => void) | undefined;
  isLoadingMore: boolean;
};

export function TaskList({ tasks, filter, mutations, deleteTask, onLoadMore, isLoadingMore }: Props) {
  const [editedId, setEditedId] = useState<number>();
  const announce = useAnnounce();

  /** Moves the focus from a row that is removed to the next row, else to the previous one, else to the input for a new task. */
  function focusNeighbor(task: Task) {
    const index = tasks.findIndex((each) => each.id === task.id);
    const neighbor = tasks[index + 1] ?? tasks[index - 1];
    focusWhenRendered(neighbor ? `#${checkboxId(neighbor)}` : "input[name=title]");
  }

  function setCompleted(task: Task, completed: boolean) {
    if (!matchesFilter({ status: completed ? "complete" : "incomplete" }, filter)) focusNeighbor(task);
    announce(`${completed ? "Completed" : "Reopened"} ${task.title}`);
    const onError = (error: Error) => toast.error(`“${task.title}” is as it was. ${errorMessage(error)}`);
    mutations.complete.mutate({ task, completed }, { onError });
  }

  function closeEditor(task: Task) {
    setEditedId(undefined);
    focusWhenRendered(`#${titleId(task)}`);
  }

  return (
    <div className="card overflow-hidden">
      <ul aria-label="Tasks">
        {tasks.map((task) => (
          <li className="border-line not-first:border-t" key={task.id}>
            {editedId === task.id ? (
              <TaskEditor onClose={() => closeEditor(task)} task={task} update={mutations.update} />
            ) : (
              <TaskRow
                onComplete={(completed) => setCompleted(task, completed)}
                onDelete={() => {
                  focusNeighbor(task);
                  deleteTask(task, () => focusWhenRendered(`#${titleId(task)}`));
                }}
                onEdit={() => setEditedId(task.id)}
                task={task}
              />
            )}
          </li>
        ))}
      </ul>
      {onLoadMore && <LoadMore isLoading={isLoadingMore} onLoadMore={onLoadMore} />}
    </div>
  );
}
