import type { InfiniteData } from "@tanstack/react-query";
import type { Page } from "../api/task-api.ts";
import { type Filter, matchesFilter } from "./filter.ts";
import type { Task } from "./task.ts";

/** The pages of one list that have been loaded so far. */
export type Pages = InfiniteData<Page, unknown>;

export const tasksOf = (pages: Pages): Task[] => pages.pages.flatMap((page) => page.tasks);

/** The list with the task as it is now: at its place, or not at all when the filter no longer takes it. */
export function place(pages: Pages, task: Task, filter: Filter): Pages {
  if (!matchesFilter(task, filter)) return without(pages, task.id);
  const isThere = tasksOf(pages).some((each) => each.id === task.id);
  return isThere
    ? map(pages, (tasks) => tasks.map((each) => (each.id === task.id ? task : each)))
    : insert(pages, task);
}

export function without(pages: Pages, id: number): Pages {
  return map(pages, (tasks) => tasks.filter((each) => each.id !== id));
}

/** What was put in before the backend had given it an id becomes what the backend made of it. */
export function settle(pages: Pages, draftId: number, task: Task, filter: Filter): Pages {
  const isThere = tasksOf(pages).some((each) => each.id === task.id);
  if (isThere || !matchesFilter(task, filter)) return without(pages, draftId);
  return map(pages, (tasks) => tasks.map((each) => (each.id === draftId ? task : each)));
}

/** Newest first, as the backend has it. A task older than all that is loaded comes with its own page. */
function insert(pages: Pages, task: Task): Pages {
  const at = pages.pages.findIndex((page) => page.tasks.some((each) => isNewer(task, each)));
  const last = pages.pages.length - 1;
  if (at < 0 && pages.pages[last]?.next) return pages;
  const target = at < 0 ? last : at;
  return {
    ...pages,
    pages: pages.pages.map((page, index) => (index === target ? { ...page, tasks: merge(page.tasks, task) } : page)),
  };
}

function merge(tasks: readonly Task[], task: Task): Task[] {
  const at = tasks.findIndex((each) => isNewer(task, each));
  return at < 0 ? [...tasks, task] : [...tasks.slice(0, at), task, ...tasks.slice(at)];
}

/** One that has no id yet (a negative one stands for it) is the newest of all. */
function isNewer(a: Task, b: Task): boolean {
  if (a.id < 0 || b.id < 0) return a.id < 0 && (b.id > 0 || a.id < b.id);
  return a.id > b.id;
}

function map(pages: Pages, change: (tasks: readonly Task[]) => readonly Task[]): Pages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, tasks: change(page.tasks) })) };
}
