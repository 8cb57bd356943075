import { expect, it } from "vitest";
import { createBoundedQueue, QueueFullError } from "./bounded-queue.ts";

/** A work that ends when the test says so. */
function createWork(name: string, started: string[]) {
  let finish = () => {};
  const end = new Promise<string>((resolve) => {
    finish = () => resolve(name);
  });
  const work = () => {
    started.push(name);
    return end;
  };
  return { work, finish: () => finish() };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

it("queue_at_its_limit_runs_the_others_in_order", async () => {
  const run = createBoundedQueue({ maxRunning: 2, maxWaiting: 2 });
  const started: string[] = [];
  const works = ["a", "b", "c", "d"].map((name) => createWork(name, started));
  const results = works.map(({ work }) => run(work));
  await settle();
  expect(started).toEqual(["a", "b"]);
  works[1]?.finish();
  await settle();
  expect(started).toEqual(["a", "b", "c"]);
  for (const { finish } of works) finish();
  expect(await Promise.all(results)).toEqual(["a", "b", "c", "d"]);
});

it("queue_that_is_full_rejects_without_starting", async () => {
  const run = createBoundedQueue({ maxRunning: 1, maxWaiting: 1 });
  const started: string[] = [];
  const works = ["a", "b", "c"].map((name) => createWork(name, started));
  const [first, second, third] = works.map(({ work }) => run(work));
  await expect(third).rejects.toBeInstanceOf(QueueFullError);
  for (const { finish } of works) finish();
  expect(await Promise.all([first, second])).toEqual(["a", "b"]);
  expect(started).toEqual(["a", "b"]);
});

it("work_that_fails_frees_its_place", async () => {
  const run = createBoundedQueue({ maxRunning: 1, maxWaiting: 1 });
  await expect(run(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  await expect(run(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await run(async () => "done")).toBe("done");
});
