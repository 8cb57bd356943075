import { headers } from "next/headers";
import { getAuth, getSettings } from "../auth.ts";
import type { Page } from "../tasks/calls.ts";
import type { Filter } from "../tasks/filter.ts";
import { backendCalls } from "./backend.ts";

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
