import { expect, it } from "vitest";
import { flattenPages, removeTask, replaceDraft, type TaskPages, upsertTask } from "./task-pages.ts";
import { createTask } from "./test-utils.ts";

const createPages = (...ids: number[][]): TaskPages => ({
  pages: ids.map((each, index) => ({
    tasks: each.map((id) => createTask(id)),
    nextCursor: index < ids.length - 1 ? `after-${index}` : null,
  })),
  pageParams: ids.map(() => null),
});

const idsOf = (pages: TaskPages) => pages.pages.map((page) => page.tasks.map((each) => each.id));

it("new task is inserted first", () => {
  expect(idsOf(upsertTask(createPages([3, 2], [1]), createTask(4), "all"))).toEqual([[4, 3, 2], [1]]);
  expect(idsOf(upsertTask(createPages([]), createTask(1), "all"))).toEqual([[1]]);
});

it("newer draft is inserted before an older one", () => {
  const drafted = upsertTask(createPages([3]), createTask(-1), "all");
  expect(idsOf(drafted)).toEqual([[-1, 3]]);
  expect(idsOf(upsertTask(drafted, createTask(-2), "all"))).toEqual([[-2, -1, 3]]);
});

it("known task is replaced in its place", () => {
  const pages = upsertTask(createPages([3, 2], [1]), createTask(2, { title: "other" }), "all");
  expect(idsOf(pages)).toEqual([[3, 2], [1]]);
  expect(flattenPages(pages)[1]?.title).toBe("other");
});

it("task that no longer matches the filter is removed and later inserted in its place", () => {
  const open = upsertTask(createPages([3, 2], [1]), createTask(2, { status: "complete" }), "open");
  expect(idsOf(open)).toEqual([[3], [1]]);
  expect(idsOf(upsertTask(open, createTask(2), "open"))).toEqual([[3], [2, 1]]);
});

it("task that is older than all loaded ones is not inserted while there is a next page", () => {
  const pages: TaskPages = {
    pages: [{ tasks: [createTask(9), createTask(8)], nextCursor: "more" }],
    pageParams: [null],
  };
  expect(idsOf(upsertTask(pages, createTask(5), "all"))).toEqual([[9, 8]]);
});

it("draft is replaced by the created task exactly once", () => {
  const drafted = upsertTask(createPages([3]), createTask(-1), "all");
  expect(idsOf(replaceDraft(drafted, -1, createTask(4), "all"))).toEqual([[4, 3]]);
  const refetched = upsertTask(drafted, createTask(4), "all");
  expect(idsOf(replaceDraft(refetched, -1, createTask(4), "all"))).toEqual([[4, 3]]);
});

it("task is removed from the page that has it", () => {
  expect(idsOf(removeTask(createPages([3, 2], [1]), 1))).toEqual([[3, 2], []]);
});
