import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, vi } from "vitest";
import { ignoreAbortedRequestErrors } from "./ignore-aborted-requests.ts";

/** Node's own error, for a sender that goes away in the middle. */
async function abort(): Promise<unknown> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const sender = request({ port, host: "127.0.0.1", method: "POST", headers: { "content-length": 9 } });
  sender.on("error", () => {});
  sender.write("x");
  const [received] = await once(server, "request");
  setImmediate(() => sender.destroy());
  const [reason] = await once(received, "error");
  server.close();
  return reason;
}

it("leaves out who has gone, and nothing else", async () => {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  ignoreAbortedRequestErrors();
  const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
  console.error("uncaughtException: ", await abort());
  console.error("uncaughtException: ", reset);
  console.error("aborted");
  expect(log.mock.calls).toEqual([["uncaughtException: ", reset], ["aborted"]]);
  vi.restoreAllMocks();
});
