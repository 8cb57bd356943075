import { setTimeout as delay } from "node:timers/promises";
import { nextCursor } from "../api/task-api.ts";

/** What a user's lists are read from the backend with. */
export type BackendAccess = { apiUrl: string; userId: string; accessToken: string };

/** The backend has not answered, or not with a page. */
export class BackendRowsError extends Error {
  override name = "BackendRowsError";
}

/** The largest that the backend has. */
const PAGE_SIZE = 200;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_ATTEMPTS = 3;
const RETRY_DELAY_MS = 300;
/** The backend's limit of requests a minute asks for at most so much. */
const MAX_RETRY_DELAY_MS = 10_000;

type Row = Record<string, unknown>;
type Page = { rows: Row[]; cursor: string | null };

/** Reads the first page of a list. The others are read when they are needed. */
export async function openBackendRows(access: BackendAccess, list: string): Promise<AsyncIterable<Row[]>> {
  const first = await readPage(access, list, null);
  return (async function* () {
    let page = first;
    yield page.rows;
    while (page.cursor) {
      page = await readPage(access, list, page.cursor);
      yield page.rows;
    }
  })();
}

async function readPage(access: BackendAccess, list: string, cursor: string | null): Promise<Page> {
  for (let attempt = 1; ; attempt++) {
    const response = await requestPage(access, list, cursor);
    if (response?.status === 200) {
      const rows: unknown = await response.json().catch(() => undefined);
      if (Array.isArray(rows)) return { rows, cursor: nextCursor(response.headers.get("link")) };
    }
    await response?.body?.cancel().catch(() => {});
    const mayRetry = !response || response.status === 429 || response.status >= 500;
    if (!mayRetry || attempt === MAX_ATTEMPTS)
      throw new BackendRowsError(`${list}: ${response?.status ?? "no response"} from the backend`);
    const retryAfterMs = Number(response?.headers.get("retry-after")) * 1_000;
    await delay(Math.min(retryAfterMs || RETRY_DELAY_MS * attempt, MAX_RETRY_DELAY_MS));
  }
}

/** Undefined if there is no response. */
async function requestPage({ apiUrl, userId, accessToken }: BackendAccess, list: string, cursor: string | null) {
  const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(cursor && { cursor }) });
  return fetch(`${apiUrl}/api/${encodeURIComponent(userId)}/${list}?${query}`, {
    headers: { authorization: `Bearer ${accessToken}`, accept: "application/json" },
    redirect: "manual",
    cache: "no-store",
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  }).catch(() => undefined);
}
