import createClient from "openapi-fetch";
import { expect, it } from "vitest";
import { ApiProblemError } from "./errors.ts";
import type { paths } from "./schema";
import { createTaskApi, nextCursor } from "./task-api.ts";
import { problemResponse, respondInTurn } from "./test-utils.ts";

const taskApi = (...responses: Response[]) =>
  createTaskApi(createClient<paths>({ baseUrl: "http://app", fetch: respondInTurn(...responses).fetcher }), "ann");

it("problem response is thrown with its status and code", async () => {
  const update = taskApi(problemResponse(412, "stale")).update(1, { title: "x" }, '"1"');
  await expect(update).rejects.toMatchObject({ name: "ApiProblemError", status: 412, code: "stale" });
});

it("503 is thrown as service unavailable and 403 as a problem", async () => {
  const api = taskApi(problemResponse(503, "unavailable", { "retry-after": "2" }), problemResponse(403, "forbidden"));
  await expect(api.list("all", null)).rejects.toMatchObject({ name: "ServiceUnavailableError", retryAfterMs: 2000 });
  await expect(api.list("all", null)).rejects.toThrow(ApiProblemError);
});

it("deleting a task that does not exist succeeds", async () => {
  await expect(taskApi(problemResponse(404, "task_not_found")).delete(1)).resolves.toBeUndefined();
});

it("next cursor is read from the Link header", () => {
  expect(nextCursor('</api/ann/tasks?limit=50&cursor=ab%2Bc>; rel="next"')).toBe("ab+c");
  expect(nextCursor('<https://x/api?cursor=1>; rel="prev", <https://x/api?cursor=2>; rel="next"')).toBe("2");
});

it("next cursor without a next link is null", () => {
  expect(nextCursor(null)).toBeNull();
  expect(nextCursor('<https://x/api?cursor=1>; rel="prev"')).toBeNull();
});
