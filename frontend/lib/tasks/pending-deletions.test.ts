import { beforeEach, expect, it, vi } from "vitest";
import { PendingDeletions } from "./pending-deletions.ts";

let stored: number[] = [];
const store = {
  read: () => stored,
  write: (ids: number[]) => {
    stored = ids;
  },
};

const createDeletions = (deleteTask = vi.fn(async () => {})) => {
  const onError = vi.fn();
  return { deletions: new PendingDeletions({ deleteTask, store, onError }), deleteTask, onError };
};

beforeEach(() => {
  stored = [];
});

it("pending deletion hides the task and sends no request", () => {
  const { deletions, deleteTask } = createDeletions();
  deletions.begin(7);
  expect([...deletions.hidden()]).toEqual([7]);
  expect(deleteTask).not.toHaveBeenCalled();
});

it("undone deletion shows the task again and never deletes it", async () => {
  const { deletions, deleteTask } = createDeletions();
  deletions.begin(7);
  deletions.undo(7);
  await deletions.commit(7);
  expect([...deletions.hidden()]).toEqual([]);
  expect(deleteTask).not.toHaveBeenCalled();
  expect(stored).toEqual([]);
});

it("committed deletion deletes the task once and keeps it hidden", async () => {
  const { deletions, deleteTask } = createDeletions();
  deletions.begin(7);
  await Promise.all([deletions.commit(7), deletions.commit(7), deletions.flush()]);
  expect(deleteTask).toHaveBeenCalledTimes(1);
  expect([...deletions.hidden()]).toEqual([7]);
  expect(stored).toEqual([]);
});

it("failed deletion shows the task again and reports the error", async () => {
  const { deletions, onError } = createDeletions(vi.fn(() => Promise.reject(new Error("unavailable"))));
  deletions.begin(7);
  await deletions.commit(7);
  expect([...deletions.hidden()]).toEqual([]);
  expect(onError).toHaveBeenCalledWith(7, expect.any(Error));
});

it("flush commits all pending deletions with keepalive", async () => {
  const { deletions, deleteTask } = createDeletions();
  deletions.begin(7);
  deletions.begin(8);
  await deletions.flush({ keepalive: true });
  expect(deleteTask.mock.calls).toEqual([
    [7, { keepalive: true }],
    [8, { keepalive: true }],
  ]);
});

it("resume commits deletions that were pending before a reload", async () => {
  createDeletions().deletions.begin(7);
  const { deletions, deleteTask } = createDeletions();
  await deletions.resume();
  expect(deleteTask).toHaveBeenCalledTimes(1);
  expect([...deletions.hidden()]).toEqual([7]);
});
