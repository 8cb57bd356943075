import type { NewTask } from "../api/task-api.ts";
import type { Task } from "./task.ts";

let drafts = 0;

/** A task to show until the backend has created it. Its id is negative. */
export function createDraft(task: NewTask, userId: string): Task {
  drafts += 1;
  const now = new Date().toISOString();
  return {
    ...task,
    id: -drafts,
    user_id: userId,
    status: "incomplete",
    created_at: now,
    updated_at: now,
    completed_at: null,
  };
}

export const isDraft = (task: Task): boolean => task.id < 0;
