import { beforeEach, expect, it, vi } from "vitest";
import { PendingDeletions } from "./pending-deletions.ts";

let stored: number[] = [];
const kept = {
  read: () => stored,
  write: (ids: number[]) => {
    stored = ids;
  },
};

const make = (remove = vi.fn(async () => {})) => {
  const onFailed = vi.fn();
  return { deletions: new PendingDeletions({ remove, kept, onFailed }), remove, onFailed };
};

beforeEach(() => {
  stored = [];
});

it("only hides the task at first", () => {
  const { deletions, remove } = make();
  deletions.begin(7);
  expect([...deletions.hidden()]).toEqual([7]);
  expect(remove).not.toHaveBeenCalled();
});

it("shows it again when it is taken back, and never deletes it", async () => {
  const { deletions, remove } = make();
  deletions.begin(7);
  deletions.undo(7);
  await deletions.commit(7);
  expect([...deletions.hidden()]).toEqual([]);
  expect(remove).not.toHaveBeenCalled();
  expect(stored).toEqual([]);
});

it("deletes it once, and keeps it hidden from lists that were on their way", async () => {
  const { deletions, remove } = make();
  deletions.begin(7);
  await Promise.all([deletions.commit(7), deletions.commit(7), deletions.flush()]);
  expect(remove).toHaveBeenCalledTimes(1);
  expect([...deletions.hidden()]).toEqual([7]);
  expect(stored).toEqual([]);
});

it("shows it again, and says so, when the backend cannot delete it", async () => {
  const { deletions, onFailed } = make(vi.fn(() => Promise.reject(new Error("away"))));
  deletions.begin(7);
  await deletions.commit(7);
  expect([...deletions.hidden()]).toEqual([]);
  expect(onFailed).toHaveBeenCalledWith(7, expect.any(Error));
});

it("finishes all of them, in a way that outlives the page, when the page is left", async () => {
  const { deletions, remove } = make();
  deletions.begin(7);
  deletions.begin(8);
  await deletions.flush({ keepalive: true });
  expect(remove.mock.calls).toEqual([
    [7, { keepalive: true }],
    [8, { keepalive: true }],
  ]);
});

it("goes on after a reload with what was waiting before it", async () => {
  make().deletions.begin(7);
  const { deletions, remove } = make();
  await deletions.resume();
  expect(remove).toHaveBeenCalledTimes(1);
  expect([...deletions.hidden()]).toEqual([7]);
});
