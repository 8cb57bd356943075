"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { ServiceUnavailableError } from "@/lib/api/errors";
import type { Page } from "@/lib/api/task-api";
import type { Filter } from "@/lib/tasks/filter";
import { useSession } from "./use-session.ts";

/** What the server rendered: the first page of one filter's list, or null when the backend was away. */
export type First = { filter: Filter; page: Page | null };

const FRESH = 5_000;
const LOOK_AGAIN = 30_000;
const TRY_AGAIN = 3_000;

/** One filter's list. Kept in step by looking again: now and then, on coming back, and soon while the server is away. */
export function useTasks(filter: Filter, first: First) {
  const { calls } = useSession();
  return useInfiniteQuery({
    queryKey: ["tasks", filter],
    queryFn: ({ pageParam, signal }) => calls.list(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    initialData: first.page && first.filter === filter ? { pages: [first.page], pageParams: [null] } : undefined,
    staleTime: FRESH,
    refetchInterval: ({ state }) => {
      if (state.error) return (state.error instanceof ServiceUnavailableError && state.error.retryAfter) || TRY_AGAIN;
      // A long list asks for all of its pages each time, so it asks less often.
      return LOOK_AGAIN * Math.max(1, state.data?.pages.length ?? 1);
    },
  });
}
