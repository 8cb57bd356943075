import type { InfiniteData } from "@tanstack/react-query";
import type { TaskPage } from "../api/task-api.ts";
import { type Filter, matchesFilter } from "./filter.ts";
import type { Task } from "./task.ts";

/** The loaded pages of one list. */
export type TaskPages = InfiniteData<TaskPage, unknown>;

export const flattenPages = (pages: TaskPages): Task[] => pages.pages.flatMap((page) => page.tasks);

/** Replaces or inserts the task, or removes it when it does not match the filter. */
export function upsertTask(pages: TaskPages, task: Task, filter: Filter): TaskPages {
  if (!matchesFilter(task, filter)) return removeTask(pages, task.id);
  return includesTask(pages, task.id)
    ? mapPages(pages, (tasks) => tasks.map((each) => (each.id === task.id ? task : each)))
    : insertTask(pages, task);
}

export function removeTask(pages: TaskPages, id: number): TaskPages {
  return mapPages(pages, (tasks) => tasks.filter((each) => each.id !== id));
}

/** Replaces a draft by the task that the backend has created. */
export function replaceDraft(pages: TaskPages, draftId: number, task: Task, filter: Filter): TaskPages {
  if (includesTask(pages, task.id) || !matchesFilter(task, filter)) return removeTask(pages, draftId);
  return mapPages(pages, (tasks) => tasks.map((each) => (each.id === draftId ? task : each)));
}

/** Inserts newest first, the backend's order. A task that is older than all loaded ones is left to the page after them. */
function insertTask(pages: TaskPages, task: Task): TaskPages {
  const found = pages.pages.findIndex((page) => page.tasks.some((each) => isNewer(task, each)));
  const last = pages.pages.length - 1;
  if (found < 0 && pages.pages[last]?.nextCursor) return pages;
  const target = found < 0 ? last : found;
  return {
    ...pages,
    pages: pages.pages.map((page, index) =>
      index === target ? { ...page, tasks: insertSorted(page.tasks, task) } : page,
    ),
  };
}

function insertSorted(tasks: readonly Task[], task: Task): Task[] {
  const index = tasks.findIndex((each) => isNewer(task, each));
  return index < 0 ? [...tasks, task] : [...tasks.slice(0, index), task, ...tasks.slice(index)];
}

/** Ids ascend. A draft (a negative id) is newer than every task, and than drafts with a greater id. */
function isNewer(a: Task, b: Task): boolean {
  if (a.id < 0 || b.id < 0) return a.id < 0 && (b.id > 0 || a.id < b.id);
  return a.id > b.id;
}

const includesTask = (pages: TaskPages, id: number): boolean => flattenPages(pages).some((each) => each.id === id);

function mapPages(pages: TaskPages, map: (tasks: readonly Task[]) => readonly Task[]): TaskPages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, tasks: map(page.tasks) })) };
}
