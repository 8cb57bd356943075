"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ServiceUnavailableError } from "@/lib/api/errors";
import type { NewTask } from "@/lib/api/task-api";
import { broadcast } from "@/lib/session/broadcast";
import { createDraft } from "@/lib/tasks/draft";
import { FILTERS, type Filter } from "@/lib/tasks/filter";
import type { Task, TaskChange } from "@/lib/tasks/task";
import { removeTask, replaceDraft, type TaskPages, upsertTask } from "@/lib/tasks/task-pages";
import { useSession } from "./use-session.ts";

export type CreateVariables = { task: NewTask; idempotencyKey: string };
export type UpdateVariables = { task: Task; change: TaskChange; etag: string | null };
export type CompleteVariables = { task: Task; completed: boolean };

export type TaskMutations = ReturnType<typeof useTaskMutations>;

const TASKS_KEY = ["tasks"];
const MAX_RETRIES = 2;
const INITIAL_RETRY_DELAY_MS = 400;
/** The user is waiting, so an error is shown soon even if the server asks for a longer delay. */
const MAX_RETRY_DELAY_MS = 3_000;

/** Optimistic changes of tasks: shown in every list at once, and rolled back when the backend rejects them. */
export function useTaskMutations() {
  const { taskApi, user } = useSession();
  const queries = useQueryClient();

  const updateLists = (update: (pages: TaskPages, filter: Filter) => TaskPages) => {
    for (const filter of FILTERS)
      queries.setQueryData<TaskPages>([...TASKS_KEY, filter], (pages) => pages && update(pages, filter));
  };
  const showTask = (task: Task) => updateLists((pages, filter) => upsertTask(pages, task, filter));
  // The response to a list request from before the change would undo it on the screen.
  const cancelListRequests = () => queries.cancelQueries({ queryKey: TASKS_KEY });

  const common = {
    mutationKey: TASKS_KEY,
    // Every request is idempotent, by its method or by its key.
    retry: (failureCount: number, error: Error) =>
      error instanceof ServiceUnavailableError && failureCount < MAX_RETRIES,
    retryDelay: (failureCount: number, error: Error) =>
      Math.min(
        MAX_RETRY_DELAY_MS,
        (error instanceof ServiceUnavailableError && error.retryAfterMs) || INITIAL_RETRY_DELAY_MS * 2 ** failureCount,
      ),
    onSettled: async () => {
      broadcast({ kind: "tasks-changed", userId: user.id });
      // Only the last of several concurrent mutations refetches: before it the backend has not applied all of them.
      if (queries.isMutating({ mutationKey: TASKS_KEY }) === 1) {
        await queries.invalidateQueries({ queryKey: TASKS_KEY });
      }
    },
  };

  const create = useMutation({
    ...common,
    mutationFn: ({ task, idempotencyKey }: CreateVariables) => taskApi.create(task, idempotencyKey),
    onMutate: async ({ task }) => {
      const cancelled = cancelListRequests();
      const draft = createDraft(task, user.id);
      showTask(draft);
      await cancelled;
      return draft;
    },
    onSuccess: (task, _variables, draft) => updateLists((pages, filter) => replaceDraft(pages, draft.id, task, filter)),
    onError: (_error, _variables, draft) => draft && updateLists((pages) => removeTask(pages, draft.id)),
  });

  const update = useMutation({
    ...common,
    mutationFn: ({ task, change, etag }: UpdateVariables) => taskApi.update(task.id, change, etag),
    onMutate: async ({ task, change }) => {
      const cancelled = cancelListRequests();
      showTask({ ...task, ...change });
      await cancelled;
    },
    onSuccess: showTask,
    onError: (_error, { task }) => showTask(task),
  });

  const complete = useMutation({
    ...common,
    mutationFn: ({ task, completed }: CompleteVariables) => taskApi.setCompleted(task.id, completed),
    onMutate: async ({ task, completed }) => {
      const cancelled = cancelListRequests();
      showTask({ ...task, status: completed ? "complete" : "incomplete" });
      await cancelled;
    },
    onSuccess: showTask,
    onError: (_error, { task }) => showTask(task),
  });

  return { create, update, complete };
}
