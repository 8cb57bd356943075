import { expect, it, vi } from "vitest";
import { forward, isForBackend } from "./backend-proxy.ts";

const API = "http://backend";

it("takes the tasks' paths and leaves Better Auth its own", () => {
  for (const path of ["/api/ann/tasks", "/api/ann/tasks/1", "/api/ann/tasks/1/complete"])
    expect(isForBackend(path)).toBe(true);
  for (const path of ["/api/auth/tasks", "/api/ann/taskss", "/api/ann", "/tasks", "/api/a/b/tasks"])
    expect(isForBackend(path)).toBe(false);
});

it("hands on method, address, body and the headers that the backend knows, and keeps cookies to itself", async () => {
  const fetcher = vi.fn(async () => new Response("{}", { status: 201, headers: { etag: '"1"', "set-cookie": "a=b" } }));
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
  const answer = await forward(request, API, fetcher as unknown as typeof fetch);
  const [url, init] = fetcher.mock.calls[0] as unknown as [
    string,
    RequestInit & { headers: Headers; body: Uint8Array },
  ];
  expect(url).toBe("http://backend/api/ann/tasks?limit=2");
  expect(init.method).toBe("POST");
  expect(new TextDecoder().decode(init.body)).toBe('{"title":"x"}');
  expect([...init.headers.keys()]).toEqual(["authorization", "content-type", "idempotency-key"]);
  expect(answer.status).toBe(201);
  expect(answer.headers.get("etag")).toBe('"1"');
  expect(answer.headers.has("set-cookie")).toBe(false);
});

const sending = (body: ReadableStream<Uint8Array>, signal?: AbortSignal) =>
  new Request("http://app/api/ann/tasks", {
    method: "POST",
    body,
    duplex: "half",
    signal: signal ?? null,
  } as RequestInit);

it("of a body without end takes only what the backend needs to refuse it", async () => {
  const fetcher = vi.fn(async () => new Response("{}", { status: 413 }));
  let given = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      given += 1;
      controller.enqueue(new Uint8Array(10_000));
    },
  });
  expect((await forward(sending(body), API, fetcher as unknown as typeof fetch)).status).toBe(413);
  const [, init] = fetcher.mock.calls[0] as unknown as [string, { body: Uint8Array }];
  expect(init.body.length).toBe(65_537);
  expect(given).toBeLessThan(10);
});

it("waits for no body whose sender has gone", async () => {
  const fetcher = vi.fn();
  const leaving = new AbortController();
  const answer = forward(sending(new ReadableStream(), leaving.signal), API, fetcher);
  leaving.abort();
  await expect(answer).resolves.toBeDefined();
  expect(fetcher).not.toHaveBeenCalled();
});

it("speaks as the backend does when that is away", async () => {
  const answer = await forward(new Request("http://app/api/ann/tasks"), API, () =>
    Promise.reject(new TypeError("refused")),
  );
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("2");
  expect(await answer.json()).toMatchObject({ code: "unavailable", status: 503 });
});
