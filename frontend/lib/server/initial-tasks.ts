import { headers } from "next/headers";
import type { TaskPage } from "../api/task-api.ts";
import { getAuth, getConfig } from "../auth.ts";
import type { Filter } from "../tasks/filter.ts";
import { createServerTaskApi } from "./server-task-api.ts";

/** The first page of the list for the page's HTML; null if the backend is unavailable, and the browser requests it. */
export async function loadInitialTasks(userId: string, filter: Filter): Promise<TaskPage | null> {
  const auth = await getAuth();
  try {
    const { token } = await auth.api.getApiToken({ headers: await headers() });
    return await createServerTaskApi(getConfig().apiUrl, userId, token).list(filter, null);
  } catch {
    return null;
  }
}
