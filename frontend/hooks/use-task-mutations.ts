"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ServiceUnavailableError } from "@/lib/api/errors";
import type { NewTask } from "@/lib/api/task-api";
import { tell } from "@/lib/session/broadcast";
import { FILTERS, type Filter } from "@/lib/tasks/filter";
import type { Task, TaskChange } from "@/lib/tasks/task";
import { type Pages, place, settle, without } from "@/lib/tasks/task-pages";
import { useSession } from "./use-session.ts";

export type Addition = { task: NewTask /** Makes retries safe. */; key: string };
export type Edit = { before: Task; change: TaskChange; etag: string | null };

const KEY = ["tasks"];
const RETRIES = 2;
const FIRST_WAIT = 400;
/** Somebody is looking on: better to say soon that it did not work. */
const LONGEST_WAIT = 3_000;

/** Changes to tasks: seen at once in every list, taken back where the backend does not take them. */
export function useTaskMutations() {
  const { calls, person } = useSession();
  const queries = useQueryClient();

  const inAllLists = (change: (pages: Pages, filter: Filter) => Pages) => {
    for (const filter of FILTERS) queries.setQueryData<Pages>(["tasks", filter], (old) => old && change(old, filter));
  };
  const show = (task: Task) => inAllLists((pages, filter) => place(pages, task, filter));

  const common = {
    mutationKey: KEY,
    // All calls are safe to repeat: by their nature, or by their key.
    retry: (failures: number, reason: Error) => reason instanceof ServiceUnavailableError && failures < RETRIES,
    retryDelay: (failures: number, reason: Error) =>
      Math.min(
        LONGEST_WAIT,
        (reason instanceof ServiceUnavailableError && reason.retryAfter) || FIRST_WAIT * 2 ** failures,
      ),
    onSettled: async () => {
      tell({ kind: "tasks-changed", userId: person.id });
      // The last of several looks at the truth; the earlier ones would only see each other half done.
      if (queries.isMutating({ mutationKey: KEY }) === 1) await queries.invalidateQueries({ queryKey: KEY });
    },
  };
  // An answer that was on its way before the change would undo it on the screen.
  const holdLists = () => queries.cancelQueries({ queryKey: KEY });

  const add = useMutation({
    ...common,
    mutationFn: ({ task, key }: Addition) => calls.add(task, key),
    onMutate: async ({ task }) => {
      const held = holdLists();
      const draft = draftOf(task, person.id);
      show(draft);
      await held;
      return draft;
    },
    onSuccess: (task, _, draft) => inAllLists((pages, filter) => settle(pages, draft.id, task, filter)),
    onError: (_reason, _addition, draft) => draft && inAllLists((pages) => without(pages, draft.id)),
  });

  const edit = useMutation({
    ...common,
    mutationFn: ({ before, change, etag }: Edit) => calls.change(before.id, change, etag),
    onMutate: async ({ before, change }) => {
      const held = holdLists();
      show({ ...before, ...change });
      await held;
    },
    onSuccess: show,
    onError: (_reason, { before }) => show(before),
  });

  const complete = useMutation({
    ...common,
    mutationFn: ({ task, completed }: { task: Task; completed: boolean }) => calls.setCompleted(task.id, completed),
    onMutate: async ({ task, completed }) => {
      const held = holdLists();
      show({ ...task, status: completed ? "complete" : "incomplete" });
      await held;
    },
    onSuccess: show,
    onError: (_reason, { task }) => show(task),
  });

  return { add, edit, complete, show, drop: (id: number) => inAllLists((pages) => without(pages, id)) };
}

let drafts = 0;

/** The task as it will be. Its negative id says that the backend has not seen it yet. */
function draftOf(task: NewTask, userId: string): Task {
  drafts += 1;
  const now = new Date().toISOString();
  return {
    ...task,
    id: -drafts,
    user_id: userId,
    status: "incomplete",
    created_at: now,
    updated_at: now,
    completed_at: null,
  };
}

export const isDraft = (task: Task): boolean => task.id < 0;
