import { createHash } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createPasswordRangeQuery } from "./password-range.ts";

const PASSWORD = "correct horse battery staple";
const HASH = createHash("sha1").update(PASSWORD).digest("hex").toUpperCase();

let server: Server | undefined;
const warn = vi.spyOn(console, "warn");
beforeEach(() => void warn.mockReset().mockImplementation(() => {}));
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function startService(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`;
}

it("query_sends_five_digits_of_the_hash_and_asks_for_padding", async () => {
  const requests: unknown[] = [];
  const url = await startService((request, response) => {
    requests.push([request.method, request.url, request.headers["add-padding"]]);
    response.end(`${"0".repeat(35)}:3\r\n${HASH.slice(5)}:4121\r\n${"F".repeat(35)}:0`);
  });
  expect(await createPasswordRangeQuery(url)(PASSWORD)).toBe(true);
  expect(requests).toEqual([["GET", `/range/${HASH.slice(0, 5)}`, "true"]]);
});

it("password_that_is_missing_or_only_padding_is_accepted", async () => {
  const url = await startService((_request, response) => response.end(`${"0".repeat(35)}:3\r\n${HASH.slice(5)}:0`));
  expect(await createPasswordRangeQuery(url)(PASSWORD)).toBe(false);
  expect(warn).not.toHaveBeenCalled();
});

it("service_that_fails_is_one_warning_until_it_answers_again", async () => {
  let status = 503;
  const url = await startService((_request, response) => response.writeHead(status).end(`${HASH.slice(5)}:1`));
  const isPublished = createPasswordRangeQuery(url);
  expect([await isPublished(PASSWORD), await isPublished(PASSWORD)]).toEqual([false, false]);
  expect(warn).toHaveBeenCalledTimes(1);
  status = 200;
  expect(await isPublished(PASSWORD)).toBe(true);
  status = 500;
  expect(await isPublished(PASSWORD)).toBe(false);
  expect(warn).toHaveBeenCalledTimes(2);
  for (const [message] of warn.mock.calls) expect(message).not.toMatch(/http|[0-9A-F]{5}|horse/);
});

it.each<[string, RequestListener]>([
  ["never answers", () => {}],
  ["stops in the middle", (_request, response) => void response.write(`${HASH.slice(5)}:`)],
  ["redirects", (_request, response) => response.writeHead(302, { location: "/elsewhere" }).end()],
  ["answers without end", (_request, response) => void response.write("0".repeat(1024 * 1024))],
  ["closes the connection", (request) => request.destroy()],
])("service_that_%s_is_ignored", async (_name, listener) => {
  const url = await startService(listener);
  const start = performance.now();
  expect(await createPasswordRangeQuery(url)(PASSWORD)).toBe(false);
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(warn).toHaveBeenCalledTimes(1);
});

it("service_that_is_not_there_is_ignored", async () => {
  const url = await startService(() => {});
  await new Promise((resolve) => server?.close(resolve));
  expect(await createPasswordRangeQuery(url)(PASSWORD)).toBe(false);
});
