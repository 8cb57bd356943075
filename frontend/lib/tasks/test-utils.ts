import type { Task } from "./task.ts";

export const createTask = (id: number, members: Partial<Task> = {}): Task => ({
  id,
  user_id: "ann",
  title: `task ${id}`,
  description: null,
  status: "incomplete",
  created_at: "2026-11-20T09:30:00.000000Z",
  updated_at: "2026-11-20T09:30:00.000000Z",
  completed_at: null,
  ...members,
});
