import { headers } from "next/headers";
import type { Page } from "../api/task-api.ts";
import { getAuth, getSettings } from "../auth.ts";
import type { Filter } from "../tasks/filter.ts";
import { backendCalls } from "./server-task-api.ts";

/** The list as it is now, so that it stands in the page's HTML; null when the backend is away, and the page asks itself. */
export async function firstPage(userId: string, filter: Filter): Promise<Page | null> {
  const auth = await getAuth();
  try {
    const { token } = await auth.api.getApiToken({ headers: await headers() });
    return await backendCalls(getSettings().apiUrl, userId, token).list(filter, null);
  } catch {
    return null;
  }
}
