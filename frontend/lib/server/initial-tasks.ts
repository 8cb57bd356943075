import { headers } from "next/headers";
import type { Page } from "../api/task-api.ts";
import { getAuth, getConfig } from "../auth.ts";
import type { Filter } from "../tasks/filter.ts";
import { createServerTaskApi } from "./server-task-api.ts";

/** The list as it is now, so that it stands in the page's HTML; null when the backend is away, and the page asks itself. */
export async function loadInitialTasks(userId: string, filter: Filter): Promise<Page | null> {
  const auth = await getAuth();
  try {
    const { token } = await auth.api.getApiToken({ headers: await headers() });
    return await createServerTaskApi(getConfig().apiUrl, userId, token).list(filter, null);
  } catch {
    return null;
  }
}
