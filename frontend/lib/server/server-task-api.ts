import createClient from "openapi-fetch";
import type { ApiClient } from "../api/client.ts";
import type { paths } from "../api/schema";
import { createTaskApi, type TaskApi } from "../api/task-api.ts";

const REQUEST_TIMEOUT_MS = 3_000;

/** The backend's client on this server, with an access token of the user. */
export const createServerApiClient = (apiUrl: string, token: string): ApiClient =>
  createClient<paths>({
    baseUrl: apiUrl,
    headers: { authorization: `Bearer ${token}` },
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS), cache: "no-store" }),
  });

export const createServerTaskApi = (apiUrl: string, userId: string, token: string): TaskApi =>
  createTaskApi(createServerApiClient(apiUrl, token), userId);
