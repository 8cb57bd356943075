import { once } from "node:events";
import { createServer, request, Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  AUTHORIZATION_COUNT_HEADER,
  installRequestPreparation,
  REQUEST_ID_HEADER,
  REQUEST_PATH_HEADER,
} from "./incoming-requests.ts";

const { emit } = Server.prototype;
let server: Server;
let port: number;

/** Answers with the headers that the request has after its preparation. */
async function startServer(https: boolean): Promise<void> {
  installRequestPreparation({ https, trustedProxies: [] });
  server = createServer((incoming, response) => response.end(JSON.stringify(incoming.headers)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  port = (server.address() as AddressInfo).port;
}

beforeEach(() => startServer(false));
afterEach(() => {
  Server.prototype.emit = emit;
  server.close();
});

async function send(path: string, headers: Record<string, string | string[]> = {}) {
  const outgoing = request({ port, host: "127.0.0.1", path, headers, agent: false }).end();
  const [response] = await once(outgoing, "response");
  return { headers: response.headers, seen: JSON.parse(await text(response)) };
}

it("request id of the client is kept if it is safe to log, else replaced", async () => {
  const kept = await send("/", { [REQUEST_ID_HEADER]: "0198-abc_DEF.7" });
  expect(kept.seen[REQUEST_ID_HEADER]).toBe("0198-abc_DEF.7");
  expect(kept.headers[REQUEST_ID_HEADER]).toBe("0198-abc_DEF.7");
  for (const id of ["a b", 'a"b', "a,b", "x".repeat(129), ""]) {
    const { seen, headers } = await send("/", { [REQUEST_ID_HEADER]: id });
    expect(seen[REQUEST_ID_HEADER]).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers[REQUEST_ID_HEADER]).toBe(seen[REQUEST_ID_HEADER]);
  }
});

it("internal headers are overwritten", async () => {
  const { seen } = await send("/api/x/tasks.rsc?a=1", {
    [REQUEST_PATH_HEADER]: "/api/x/tasks",
    [AUTHORIZATION_COUNT_HEADER]: "1",
  });
  expect(seen[REQUEST_PATH_HEADER]).toBe("/api/x/tasks.rsc");
  expect(seen[AUTHORIZATION_COUNT_HEADER]).toBe("0");
});

it("path of a target in absolute form is its path", async () => {
  expect((await send("http://todo.example/api/x/tasks?a=1")).seen[REQUEST_PATH_HEADER]).toBe("/api/x/tasks");
  expect((await send("//evil.example/a")).seen[REQUEST_PATH_HEADER]).toBe("//evil.example/a");
});

it("Authorization headers are counted, which Node.js reduces to one", async () => {
  const two = await send("/", { authorization: ["Bearer a", "Bearer b"] });
  expect(two.seen.authorization).toBe("Bearer a");
  expect(two.seen[AUTHORIZATION_COUNT_HEADER]).toBe("2");
  expect((await send("/", { authorization: "Bearer a" })).seen[AUTHORIZATION_COUNT_HEADER]).toBe("1");
  // A value with that name is not a header.
  expect((await send("/", { "x-a": "authorization" })).seen[AUTHORIZATION_COUNT_HEADER]).toBe("0");
});

it("response has the security headers, and Strict-Transport-Security under https only", async () => {
  const { headers } = await send("/");
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(headers["strict-transport-security"]).toBeUndefined();
  Server.prototype.emit = emit;
  server.close();
  await startServer(true);
  expect((await send("/")).headers["strict-transport-security"]).toMatch(/max-age=63072000/);
});

it("target that is not a URL fails no request", async () => {
  const socket = connect(port, "127.0.0.1");
  socket.end("GET http://[ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
});

it("TRACE is answered with 405 before the app", async () => {
  const socket = connect(port, "127.0.0.1");
  socket.end("TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 405 .*allow: GET, HEAD/is);
});
