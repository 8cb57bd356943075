import { type Filter, filterStatus } from "../tasks/filter.ts";
import type { Task, TaskChange } from "../tasks/task.ts";
import type { ApiClient } from "./client.ts";
import { errorFromResponse } from "./errors.ts";

/** One page of the list, and the cursor of the next one. */
export type TaskPage = { tasks: readonly Task[]; nextCursor: string | null };

export type NewTask = { title: string; description: string | null };

/** A task and the version that it was read in. */
export type TaskVersion = { task: Task; etag: string | null };

const PAGE_SIZE = 50;

/** The backend's task operations for one user. They return values and throw the errors of `errors.ts`. */
export function createTaskApi(api: ApiClient, userId: string) {
  const path = (id: number) => ({ user_id: userId, id });
  return {
    async list(filter: Filter, cursor: string | null, signal?: AbortSignal): Promise<TaskPage> {
      const status = filterStatus(filter);
      const query = { limit: PAGE_SIZE, ...(status && { status }), ...(cursor && { cursor }) };
      const params = { path: { user_id: userId }, query };
      const { data, error, response } = await api.GET("/api/{user_id}/tasks", { params, signal });
      if (!data) throw errorFromResponse(response, error);
      return { tasks: data, nextCursor: nextCursor(response.headers.get("link")) };
    },

    /** A repeated request with the same key creates no second task. */
    async create(task: NewTask, idempotencyKey: string): Promise<Task> {
      const params = { path: { user_id: userId }, header: { "Idempotency-Key": idempotencyKey } };
      const { data, error, response } = await api.POST("/api/{user_id}/tasks", { params, body: task });
      if (!data) throw errorFromResponse(response, error);
      return data;
    },

    async get(id: number): Promise<TaskVersion> {
      const { data, error, response } = await api.GET("/api/{user_id}/tasks/{id}", { params: { path: path(id) } });
      if (!data) throw errorFromResponse(response, error);
      return { task: data, etag: response.headers.get("etag") };
    },

    /** With an `etag`, the backend answers 412 unless it is the current one. */
    async update(id: number, change: TaskChange, etag: string | null): Promise<Task> {
      const params = { path: path(id), header: etag ? { "If-Match": etag } : {} };
      const { data, error, response } = await api.PUT("/api/{user_id}/tasks/{id}", { params, body: change });
      if (!data) throw errorFromResponse(response, error);
      return data;
    },

    async setCompleted(id: number, completed: boolean): Promise<Task> {
      const options = { params: { path: path(id) }, body: { completed } };
      const { data, error, response } = await api.PATCH("/api/{user_id}/tasks/{id}/complete", options);
      if (!data) throw errorFromResponse(response, error);
      return data;
    },

    /** A task that does not exist counts as deleted. `keepalive` lets the request outlive the page. */
    async delete(id: number, { keepalive = false } = {}): Promise<void> {
      const options = { params: { path: path(id) }, keepalive };
      const { error, response } = await api.DELETE("/api/{user_id}/tasks/{id}", options);
      if (!response.ok && response.status !== 404) throw errorFromResponse(response, error);
    },
  };
}

export type TaskApi = ReturnType<typeof createTaskApi>;

/** The cursor in `<…?cursor=…>; rel="next"` (RFC 8288), or null on the last page. */
export function nextCursor(link: string | null): string | null {
  const target = link?.match(/<([^>]*)>\s*;[^,]*\brel="?next"?/)?.[1];
  return target ? new URL(target, "http://backend").searchParams.get("cursor") : null;
}
