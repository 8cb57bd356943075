import { expect, it } from "vitest";
import type { Task } from "./task.ts";
import { type Pages, place, settle, tasksOf, without } from "./task-pages.ts";

const task = (id: number, change: Partial<Task> = {}): Task => ({
  id,
  user_id: "ann",
  title: `task ${id}`,
  description: null,
  status: "incomplete",
  created_at: "2026-11-20T09:30:00.000000Z",
  updated_at: "2026-11-20T09:30:00.000000Z",
  completed_at: null,
  ...change,
});

const pages = (...ids: number[][]): Pages => ({
  pages: ids.map((each, at) => ({
    tasks: each.map((id) => task(id)),
    next: at < ids.length - 1 ? `after-${at}` : null,
  })),
  pageParams: ids.map(() => null),
});

const idsOf = (list: Pages) => list.pages.map((page) => page.tasks.map((each) => each.id));

it("shows a new task first", () => {
  expect(idsOf(place(pages([3, 2], [1]), task(4), "all"))).toEqual([[4, 3, 2], [1]]);
  expect(idsOf(place(pages([3]), task(-1), "all"))).toEqual([[-1, 3]]);
  expect(idsOf(place(place(pages([3]), task(-1), "all"), task(-2), "all"))).toEqual([[-2, -1, 3]]);
  expect(idsOf(place(pages([]), task(1), "all"))).toEqual([[1]]);
});

it("changes a task where it stands", () => {
  const changed = place(pages([3, 2], [1]), task(2, { title: "other" }), "all");
  expect(idsOf(changed)).toEqual([[3, 2], [1]]);
  expect(tasksOf(changed)[1]?.title).toBe("other");
});

it("drops a task that the filter no longer takes, and brings it back to its place", () => {
  const open = place(pages([3, 2], [1]), task(2, { status: "complete" }), "open");
  expect(idsOf(open)).toEqual([[3], [1]]);
  expect(idsOf(place(open, task(2), "open"))).toEqual([[3], [2, 1]]);
});

it("leaves a task that is older than all that is loaded to its own page", () => {
  const more: Pages = { pages: [{ tasks: [task(9), task(8)], next: "more" }], pageParams: [null] };
  expect(idsOf(place(more, task(5), "all"))).toEqual([[9, 8]]);
});

it("puts the backend's task in the place of the draft, and never there twice", () => {
  const drafted = place(pages([3]), task(-1), "all");
  expect(idsOf(settle(drafted, -1, task(4), "all"))).toEqual([[4, 3]]);
  expect(idsOf(settle(place(drafted, task(4), "all"), -1, task(4), "all"))).toEqual([[4, 3]]);
});

it("takes a task out of whichever page has it", () => {
  expect(idsOf(without(pages([3, 2], [1]), 1))).toEqual([[3, 2], []]);
});
