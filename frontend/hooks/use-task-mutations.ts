"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ServiceUnavailableError } from "@/lib/api/errors";
import type { NewTask } from "@/lib/api/task-api";
import { broadcast } from "@/lib/session/broadcast";
import { createDraft } from "@/lib/tasks/draft";
import { FILTERS, type Filter } from "@/lib/tasks/filter";
import type { Task, TaskChange } from "@/lib/tasks/task";
import type { TaskEdit } from "@/lib/tasks/task-edit";
import { removeTask, replaceDraft, type TaskPages, upsertTask } from "@/lib/tasks/task-pages";
import { useSession } from "./use-session.ts";
import { TASKS_QUERY_KEY } from "./use-tasks.ts";

export type CreateVariables = { task: NewTask; idempotencyKey: string };
/** `task` is what the list shows; `overwrite` saves in spite of a conflict. */
export type UpdateVariables = { task: Task; edit: TaskEdit; change: TaskChange; overwrite: boolean };
export type CompleteVariables = { task: Task; completed: boolean };

export type TaskMutations = ReturnType<typeof useTaskMutations>;

const MAX_RETRIES = 2;
const INITIAL_RETRY_DELAY_MS = 400;
/** The user is waiting, so an error is shown soon even if the server asks for a longer delay. */
const MAX_RETRY_DELAY_MS = 3_000;

/** Optimistic changes of tasks: shown in every list at once, and rolled back when the backend rejects them. */
export function useTaskMutations() {
  const { taskApi, pendingWrites, user } = useSession();
  const queries = useQueryClient();

  const updateLists = (update: (pages: TaskPages, filter: Filter) => TaskPages) => {
    for (const filter of FILTERS)
      queries.setQueryData<TaskPages>([...TASKS_QUERY_KEY, filter], (pages) => pages && update(pages, filter));
  };
  const showTask = (task: Task) => updateLists((pages, filter) => upsertTask(pages, task, filter));

  const common = {
    mutationKey: TASKS_QUERY_KEY,
    // Every request is idempotent, by its method or by its key.
    retry: (failureCount: number, error: Error) =>
      error instanceof ServiceUnavailableError && failureCount < MAX_RETRIES,
    retryDelay: (failureCount: number, error: Error) =>
      Math.min(
        MAX_RETRY_DELAY_MS,
        (error instanceof ServiceUnavailableError && error.retryAfterMs) || INITIAL_RETRY_DELAY_MS * 2 ** failureCount,
      ),
  };
  /** Shows the task in the lists until the write has ended. */
  const beginWrite = async (task: Task) => {
    const end = pendingWrites.begin(task.id);
    // The response to a list request from before the write would undo it on the screen.
    const cancelled = queries.cancelQueries({ queryKey: TASKS_QUERY_KEY });
    showTask(task);
    await cancelled;
    return { task, end };
  };
  const endWrite = async (write: Awaited<ReturnType<typeof beginWrite>> | undefined) => {
    write?.end();
    broadcast({ kind: "tasks-changed", userId: user.id });
    // Only the last of several concurrent mutations refetches: before it the backend has not applied all of them.
    if (queries.isMutating({ mutationKey: TASKS_QUERY_KEY }) === 1) {
      await queries.invalidateQueries({ queryKey: TASKS_QUERY_KEY });
    }
  };

  const create = useMutation({
    ...common,
    mutationFn: ({ task, idempotencyKey }: CreateVariables) => taskApi.create(task, idempotencyKey),
    onMutate: ({ task }) => beginWrite(createDraft(task, user.id)),
    onSuccess: (task, _variables, { task: draft }) =>
      updateLists((pages, filter) => replaceDraft(pages, draft.id, task, filter)),
    onError: (_error, _variables, write) => write && updateLists((pages) => removeTask(pages, write.task.id)),
    onSettled: (_task, _error, _variables, write) => endWrite(write),
  });

  const update = useMutation({
    ...common,
    mutationFn: ({ edit, change, overwrite }: UpdateVariables) =>
      overwrite ? edit.overwrite(change) : edit.save(change),
    onMutate: ({ task, change }) => beginWrite({ ...task, ...change }),
    onSuccess: showTask,
    onError: (_error, { task }) => showTask(task),
    onSettled: (_task, _error, _variables, write) => endWrite(write),
  });

  const complete = useMutation({
    ...common,
    mutationFn: ({ task, completed }: CompleteVariables) => taskApi.setCompleted(task.id, completed),
    onMutate: ({ task, completed }) => beginWrite({ ...task, status: completed ? "complete" : "incomplete" }),
    onSuccess: showTask,
    onError: (_error, { task }) => showTask(task),
    onSettled: (_task, _error, _variables, write) => endWrite(write),
  });

  return { create, update, complete };
}
