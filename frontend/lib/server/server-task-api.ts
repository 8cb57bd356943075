import createClient from "openapi-fetch";
import type { paths } from "../api/schema";
import { createTaskApi } from "../api/task-api.ts";

const PATIENCE = 3_000;

/** The backend's calls, made by this server on a user's behalf with a token of theirs. */
export function createServerTaskApi(apiUrl: string, userId: string, token: string) {
  const api = createClient<paths>({
    baseUrl: apiUrl,
    headers: { authorization: `Bearer ${token}` },
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(PATIENCE), cache: "no-store" }),
  });
  return createTaskApi(api, userId);
}
