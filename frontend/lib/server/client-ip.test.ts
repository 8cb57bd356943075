import { once } from "node:events";
import { createServer, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, vi } from "vitest";
import { CLIENT_IP_HEADER, clientIp, createBlockList } from "./client-ip.ts";
import { installRequestPreparation } from "./incoming-requests.ts";

const noProxies = createBlockList([]);
const proxies = createBlockList(["10.0.0.0/8", "::1"]);

it("client IP without trusted proxies is the peer's address", () => {
  expect(clientIp("192.0.2.7", "203.0.113.1", noProxies)).toBe("192.0.2.7");
  expect(clientIp("::ffff:192.0.2.7", undefined, noProxies)).toBe("192.0.2.7");
});

it("client IP behind trusted proxies is the address that the first of them received from", () => {
  expect(clientIp("10.0.0.1", "203.0.113.1", proxies)).toBe("203.0.113.1");
  expect(clientIp("::1", "203.0.113.1, 10.0.0.9", proxies)).toBe("203.0.113.1");
});

it("client IP ignores addresses that the client has put into X-Forwarded-For", () => {
  expect(clientIp("10.0.0.1", "198.51.100.1, 203.0.113.1", proxies)).toBe("203.0.113.1");
});

it("client IP of an untrusted peer is the peer's address", () => {
  expect(clientIp("192.0.2.7", "203.0.113.1, 10.0.0.1", proxies)).toBe("192.0.2.7");
});

/** The responses of a server, with the patch, to these values of X-Forwarded-For. */
async function sendForwardedFor(trustedProxies: string[], values: (string | undefined)[]): Promise<string[]> {
  const { emit } = Server.prototype;
  installRequestPreparation({ https: false, trustedProxies });
  const server = createServer((request, response) => response.end(request.headers[CLIENT_IP_HEADER]));
  try {
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const addresses = [];
    for (const value of values) {
      const headers = { [CLIENT_IP_HEADER]: "203.0.113.1", ...(value && { "x-forwarded-for": value }) };
      addresses.push(await (await fetch(`http://127.0.0.1:${port}/`, { headers })).text());
    }
    return addresses;
  } finally {
    Server.prototype.emit = emit;
    server.close();
  }
}

it("client IP header is set on requests of a server, and a value that the client sends is overwritten", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  expect(await sendForwardedFor([], ["203.0.113.2"])).toEqual(["127.0.0.1"]);
});

it("X-Forwarded-For without trusted proxies is one warning of the process", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  warn.mockClear();
  await sendForwardedFor([], [undefined]);
  await sendForwardedFor(["127.0.0.1"], ["203.0.113.2"]);
  expect(warn).not.toHaveBeenCalled();
  await sendForwardedFor([], ["203.0.113.2", "203.0.113.3"]);
  expect(warn.mock.calls).toEqual([[expect.stringContaining("TRUSTED_PROXIES")]]);
});
