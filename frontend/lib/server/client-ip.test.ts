import { expect, it } from "vitest";
import { blockList, clientIp } from "./client-ip.ts";

const nobody = blockList([]);
const proxies = blockList(["10.0.0.0/8", "::1"]);

it("is the peer's, whatever it claims, without proxies that are trusted", () => {
  expect(clientIp("192.0.2.7", "203.0.113.1", nobody)).toBe("192.0.2.7");
  expect(clientIp("::ffff:192.0.2.7", undefined, nobody)).toBe("192.0.2.7");
});

it("is what the nearest trusted proxy saw", () => {
  expect(clientIp("10.0.0.1", "203.0.113.1", proxies)).toBe("203.0.113.1");
  expect(clientIp("::1", "203.0.113.1, 10.0.0.9", proxies)).toBe("203.0.113.1");
});

it("is not what a client wrote before the proxy added what it saw", () => {
  expect(clientIp("10.0.0.1", "198.51.100.1, 203.0.113.1", proxies)).toBe("203.0.113.1");
});

it("is the peer's when a stranger claims to be a proxy", () => {
  expect(clientIp("192.0.2.7", "203.0.113.1, 10.0.0.1", proxies)).toBe("192.0.2.7");
});
