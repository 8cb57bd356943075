import { APIError } from "better-auth/api";
import type { TaskApi } from "../api/task-api.ts";

const AT_ONCE = 8;

/**
 * Removes all tasks of somebody whose account is about to be deleted: they are theirs, and nobody could ever reach them
 * again. When the backend is away the account stays, so that the person can try again.
 */
export async function deleteUserTasks(calls: Pick<TaskApi, "list" | "remove">): Promise<void> {
  try {
    for (;;) {
      const { tasks } = await calls.list("all", null);
      if (tasks.length === 0) return;
      const ids = tasks.map((task) => task.id);
      while (ids.length > 0) await Promise.all(ids.splice(0, AT_ONCE).map((id) => calls.remove(id)));
    }
  } catch {
    throw new APIError("SERVICE_UNAVAILABLE", {
      code: "TASKS_NOT_DELETED",
      message: "The tasks could not be deleted, so the account was kept. Try again in a moment.",
    });
  }
}
