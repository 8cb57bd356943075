"use client";

import { useEffect, useState } from "react";
import type { Task } from "@/lib/tasks/task";
import { TaskEdit } from "@/lib/tasks/task-edit";
import { useSession } from "./use-session.ts";

/** The edit of an editor that is open. Its base is the task at the first render, whatever the list shows later. */
export function useTaskEdit(task: Task): TaskEdit {
  const { taskApi, pendingWrites } = useSession();
  const [edit] = useState(() => new TaskEdit({ api: taskApi, pendingWrites, opened: task }));
  useEffect(() => edit.prefetch(), [edit]);
  return edit;
}
