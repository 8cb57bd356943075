import { type Filter, filterStatus } from "../tasks/filter.ts";
import type { Task, TaskChange } from "../tasks/task.ts";
import type { TodoApi } from "./client.ts";
import { errorFromResponse } from "./errors.ts";

/** One page of the list, and where the next one starts. */
export type Page = { tasks: readonly Task[]; next: string | null };

export type NewTask = { title: string; description: string | null };

const PAGE_SIZE = 50;

/** The calls that the app makes of the backend, for one user: answers as values, failures as errors. */
export function createTaskApi(api: TodoApi, userId: string) {
  const path = (id: number) => ({ user_id: userId, id });
  return {
    async list(filter: Filter, cursor: string | null, signal?: AbortSignal): Promise<Page> {
      const status = filterStatus(filter);
      const query = { limit: PAGE_SIZE, ...(status && { status }), ...(cursor && { cursor }) };
      const params = { path: { user_id: userId }, query };
      const { data, error, response } = await api.GET("/api/{user_id}/tasks", { params, signal });
      if (!data) throw errorFromResponse(response, error);
      return { tasks: data, next: nextCursor(response.headers.get("link")) };
    },

    /** `key` makes a retry safe: the same key never adds a second task. */
    async add(task: NewTask, key: string): Promise<Task> {
      const params = { path: { user_id: userId }, header: { "Idempotency-Key": key } };
      const { data, error, response } = await api.POST("/api/{user_id}/tasks", { params, body: task });
      if (!data) throw errorFromResponse(response, error);
      return data;
    },

    async read(id: number): Promise<{ task: Task; etag: string | null }> {
      const { data, error, response } = await api.GET("/api/{user_id}/tasks/{id}", { params: { path: path(id) } });
      if (!data) throw errorFromResponse(response, error);
      return { task: data, etag: response.headers.get("etag") };
    },

    /** With an `etag` only if nobody has changed the task since it was read. */
    async change(id: number, change: TaskChange, etag: string | null): Promise<Task> {
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

    /** A task that is gone already is as good as removed. `keepalive` lets it outlive the page. */
    async remove(id: number, { keepalive = false } = {}): Promise<void> {
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
