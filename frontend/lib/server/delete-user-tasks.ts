import { APIError } from "better-auth/api";
import type { TaskApi } from "../api/task-api.ts";

const CONCURRENCY = 8;

/**
 * Deletes all tasks of a user whose account is about to be deleted, because no one could access them afterwards. If it
 * fails, the account is kept, so that the user can try again.
 */
export async function deleteUserTasks(api: Pick<TaskApi, "list" | "delete">): Promise<void> {
  try {
    for (;;) {
      const { tasks } = await api.list("all", null);
      if (tasks.length === 0) return;
      const ids = tasks.map((task) => task.id);
      while (ids.length > 0) await Promise.all(ids.splice(0, CONCURRENCY).map((id) => api.delete(id)));
    }
  } catch {
    throw new APIError("SERVICE_UNAVAILABLE", {
      code: "TASKS_NOT_DELETED",
      message: "The tasks could not be deleted, so the account was kept. Try again in a moment.",
    });
  }
}
