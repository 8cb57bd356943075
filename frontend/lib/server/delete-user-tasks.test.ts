import { expect, it, vi } from "vitest";
import { createTask } from "../tasks/test-utils.ts";
import { deleteUserTasks } from "./delete-user-tasks.ts";

const createTasks = (...ids: number[]) => ids.map((id) => createTask(id));

it("tasks are deleted until a list is empty", async () => {
  const lists = [createTasks(3, 2), createTasks(1), createTasks()];
  const deleteTask = vi.fn(async () => {});
  const list = async () => ({ tasks: lists.shift() ?? [], nextCursor: null });
  await deleteUserTasks({ list, delete: deleteTask });
  expect(deleteTask.mock.calls.flat()).toEqual([3, 2, 1]);
});

it("failed deletion is thrown as an error that keeps the account", async () => {
  const fail = () => Promise.reject(new Error("unavailable"));
  const deletion = deleteUserTasks({ list: fail, delete: fail });
  await expect(deletion).rejects.toMatchObject({ body: { code: "TASKS_NOT_DELETED" } });
});
