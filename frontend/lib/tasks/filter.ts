import type { Task } from "./task.ts";

/** Which tasks are shown. It is part of the URL, so that reload, bookmarks and the back button keep it. */
export type Filter = "all" | "open" | "done";

export const FILTERS: readonly Filter[] = ["all", "open", "done"];

const PARAMETER = "show";

export function parseFilter(search: URLSearchParams): Filter {
  const value = search.get(PARAMETER);
  return FILTERS.find((each) => each === value) ?? "all";
}

/** The path that shows the filter. */
export function filterPath(filter: Filter): string {
  return filter === "all" ? "/tasks" : `/tasks?${PARAMETER}=${filter}`;
}

/** The backend's `status` parameter for the filter. */
export function filterStatus(filter: Filter): Task["status"] | undefined {
  return { all: undefined, open: "incomplete" as const, done: "complete" as const }[filter];
}

export function matchesFilter(task: Pick<Task, "status">, filter: Filter): boolean {
  const status = filterStatus(filter);
  return !status || task.status === status;
}
