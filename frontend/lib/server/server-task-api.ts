import createClient from "openapi-fetch";
import type { paths } from "../api/schema";
import { createTaskApi, type TaskApi } from "../api/task-api.ts";

const REQUEST_TIMEOUT_MS = 3_000;

/** The backend's client on this server, with an access token of the user. */
export function createServerTaskApi(apiUrl: string, userId: string, token: string): TaskApi {
  const api = createClient<paths>({
    baseUrl: apiUrl,
    headers: { authorization: `Bearer ${token}` },
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS), cache: "no-store" }),
  });
  return createTaskApi(api, userId);
}
