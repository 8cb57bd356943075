import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, vi } from "vitest";
import { ignoreAbortedRequestErrors } from "./ignore-aborted-requests.ts";

/** Node's own error for a client that disconnects while it sends its body. */
async function abortedRequestError(): Promise<unknown> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = request({ port, host: "127.0.0.1", method: "POST", headers: { "content-length": 9 } });
  client.on("error", () => {});
  client.write("x");
  const [incoming] = await once(server, "request");
  setImmediate(() => client.destroy());
  const [error] = await once(incoming, "error");
  server.close();
  return error;
}

it("aborted requests are not logged, other errors are", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  ignoreAbortedRequestErrors();
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  console.error("uncaughtException: ", await abortedRequestError());
  console.error("uncaughtException: ", reset);
  console.error("aborted");
  expect(log.mock.calls).toEqual([["uncaughtException: ", reset], ["aborted"]]);
  vi.restoreAllMocks();
});
