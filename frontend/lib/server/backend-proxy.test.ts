import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it, vi } from "vitest";
import { isBackendPath, notFound, proxyToBackend } from "./backend-proxy.ts";
import { CLIENT_IP_HEADER } from "./client-ip.ts";
import { AUTHORIZATION_COUNT_HEADER } from "./incoming-requests.ts";

const API = "http://backend";

/** Responds to every request, and records the requests. */
function createFetcher(response: () => Response) {
  const fetcher = vi.fn(async (_url: string, _init: { method: string; headers: Headers; body: Uint8Array }) =>
    response(),
  );
  return { calls: fetcher.mock.calls, fetcher: fetcher as unknown as typeof fetch };
}

it("task paths are the backend's and Better Auth's paths are not", () => {
  for (const path of ["/api/ann/tasks", "/api/ann/tasks/1", "/api/ann/tasks/1/complete"])
    expect(isBackendPath(path)).toBe(true);
  for (const path of ["/api/auth/tasks", "/api/ann/taskss", "/api/ann", "/tasks", "/api/a/b/tasks"])
    expect(isBackendPath(path)).toBe(false);
});

it("request is sent with its method, path, query, body and allowed headers, and cookies pass in neither direction", async () => {
  const { calls, fetcher } = createFetcher(
    () => new Response("{}", { status: 201, headers: { etag: '"1"', "set-cookie": "a=b" } }),
  );
  const request = new Request("http://app/api/ann/tasks?limit=2", {
    method: "POST",
    body: '{"title":"x"}',
    headers: {
      authorization: "Bearer t",
      cookie: "session=secret",
      "content-type": "application/json",
      "idempotency-key": "k",
      "x-forwarded-for": "1.2.3.4",
    },
  });
  const response = await proxyToBackend(request, API, fetcher);
  const [[url, init] = []] = calls;
  expect(url).toBe("http://backend/api/ann/tasks?limit=2");
  expect(init?.method).toBe("POST");
  expect(new TextDecoder().decode(init?.body)).toBe('{"title":"x"}');
  expect([...(init?.headers.keys() ?? [])]).toEqual(["authorization", "content-type", "idempotency-key"]);
  expect(response.status).toBe(201);
  expect(response.headers.get("etag")).toBe('"1"');
  expect(response.headers.has("set-cookie")).toBe(false);
});

it("client's address and the request id are sent to the backend, and the client's X-Forwarded-For is not", async () => {
  const { calls, fetcher } = createFetcher(() => new Response("[]"));
  const headers = { "x-forwarded-for": "1.2.3.4", [CLIENT_IP_HEADER]: "192.0.2.1", "x-request-id": "r1" };
  await proxyToBackend(new Request("http://app/api/ann/tasks", { headers }), API, fetcher);
  expect([...(calls[0]?.[1].headers ?? [])]).toEqual([
    ["x-forwarded-for", "192.0.2.1"],
    ["x-request-id", "r1"],
  ]);
});

it("two Authorization headers are 400 invalid_request and a security event, and the backend is not called", async () => {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const { calls, fetcher } = createFetcher(() => new Response("[]"));
  const headers = { authorization: "Bearer a", [AUTHORIZATION_COUNT_HEADER]: "2", [CLIENT_IP_HEADER]: "192.0.2.1" };
  const response = await proxyToBackend(new Request("http://app/api/ann/tasks", { headers }), API, fetcher);
  const [line] = write.mock.calls.map(([text]) => JSON.parse(String(text)));
  write.mockRestore();
  expect(response.status).toBe(400);
  expect(response.headers.get("www-authenticate")).toBe('Bearer realm="todo", error="invalid_request"');
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = { type: "/problems/invalid_request", status: 400, code: "invalid_request" };
  expect(await response.json()).toMatchObject(problem);
  expect(calls).toHaveLength(0);
  expect(line).toMatchObject({ event: "token_refused", reason: "multiple_credentials", client: "192.0.2.1" });
});

it("unknown path is answered with the backend's problem document for 404", async () => {
  const response = notFound();
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ type: "/problems/not_found", code: "not_found" });
});

const createRequest = (body: ReadableStream<Uint8Array>, signal: AbortSignal | null = null) =>
  new Request("http://app/api/ann/tasks", { method: "POST", body, duplex: "half", signal } as RequestInit);

it("endless body is read only until the backend can reject it", async () => {
  const { calls, fetcher } = createFetcher(() => new Response("{}", { status: 413 }));
  let chunks = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      chunks += 1;
      controller.enqueue(new Uint8Array(10_000));
    },
  });
  expect((await proxyToBackend(createRequest(body), API, fetcher)).status).toBe(413);
  expect(calls[0]?.[1].body.length).toBe(65_537);
  expect(chunks).toBeLessThan(10);
});

it("body of a disconnected client is not awaited", async () => {
  const fetcher = vi.fn();
  const client = new AbortController();
  const response = proxyToBackend(createRequest(new ReadableStream(), client.signal), API, fetcher);
  client.abort();
  await expect(response).resolves.toBeDefined();
  expect(fetcher).not.toHaveBeenCalled();
});

it("unavailable backend is answered with the backend's problem document for 503", async () => {
  const response = await proxyToBackend(new Request("http://app/api/ann/tasks"), API, () =>
    Promise.reject(new TypeError("connection refused")),
  );
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("2");
  expect(await response.json()).toMatchObject({ code: "unavailable", status: 503 });
});

it("body is complete when the response of fetch is garbage-collected before it is read", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  const backend = createServer((_, response) => response.end("[]")).listen(0, "127.0.0.1");
  await once(backend, "listening");
  const url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  // Next.js keeps the body only.
  const bodies = await Promise.all(
    Array.from({ length: 20 }, async () => (await proxyToBackend(new Request("http://app/api/ann/tasks"), url)).body),
  );
  for (let i = 0; i < 5; i += 1) {
    collectGarbage();
    // Callbacks of collected objects run in a task of their own.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const texts = await Promise.all(bodies.map((body) => new Response(body).text()));
  backend.close();
  expect(new Set(texts)).toEqual(new Set(["[]"]));
});
