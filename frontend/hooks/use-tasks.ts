"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { ServiceUnavailableError } from "@/lib/api/errors";
import type { TaskPage } from "@/lib/api/task-api";
import type { Filter } from "@/lib/tasks/filter";
import { useSession } from "./use-session.ts";

/** The first page of one filter's list, rendered by the server; null if the backend was unavailable. */
export type InitialTasks = { filter: Filter; page: TaskPage | null };

/** The key of all lists. The key of one list is this one and its filter. */
export const TASKS_QUERY_KEY = ["tasks"];

const STALE_TIME_MS = 5_000;
const REFETCH_INTERVAL_MS = 30_000;
const RETRY_INTERVAL_MS = 3_000;

/** One filter's list. It is refetched at an interval and on focus, and sooner while the backend is unavailable. */
export function useTasks(filter: Filter, initial: InitialTasks) {
  const { taskApi } = useSession();
  return useInfiniteQuery({
    queryKey: [...TASKS_QUERY_KEY, filter],
    queryFn: ({ pageParam, signal }) => taskApi.list(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    initialData: initial.page && initial.filter === filter ? { pages: [initial.page], pageParams: [null] } : undefined,
    staleTime: STALE_TIME_MS,
    refetchInterval: ({ state }) => {
      if (state.error)
        return (state.error instanceof ServiceUnavailableError && state.error.retryAfterMs) || RETRY_INTERVAL_MS;
      // A refetch requests every loaded page, so a long list is refetched less often.
      return REFETCH_INTERVAL_MS * Math.max(1, state.data?.pages.length ?? 1);
    },
  });
}
