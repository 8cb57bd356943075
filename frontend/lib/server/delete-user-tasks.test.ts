import { expect, it, vi } from "vitest";
import type { Task } from "../tasks/task.ts";
import { deleteUserTasks } from "./delete-user-tasks.ts";

const tasks = (...ids: number[]) => ids.map((id) => ({ id })) as Task[];

it("removes page after page until there is nothing left", async () => {
  const pages = [tasks(3, 2), tasks(1), tasks()];
  const remove = vi.fn(async () => {});
  await deleteUserTasks({ list: async () => ({ tasks: pages.shift() ?? [], next: null }), remove });
  expect(remove.mock.calls.flat()).toEqual([3, 2, 1]);
});

it("keeps the account when the tasks cannot be removed", async () => {
  const away = () => Promise.reject(new Error("away"));
  const erasing = deleteUserTasks({ list: away, remove: away });
  await expect(erasing).rejects.toMatchObject({ body: { code: "TASKS_NOT_DELETED" } });
});
