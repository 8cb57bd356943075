import type { IncomingMessage } from "node:http";
import { BlockList, isIPv6 } from "node:net";

/** The request header with the client's IP address. A value that the client sends is overwritten. */
export const CLIENT_IP_HEADER = "x-todo-client-ip";

const MISSING_TRUSTED_PROXIES =
  "web app: WARNING: a request has X-Forwarded-For, and TRUSTED_PROXIES is not set. Behind a proxy, all clients then share " +
  "the limits of one address. Set TRUSTED_PROXIES to the addresses of the proxy, such as 10.0.0.0/8";

/**
 * Returns a function that sets {@link CLIENT_IP_HEADER}. Next.js does not expose the socket's address and forwards
 * X-Forwarded-For as the client sent it, so a client could evade the rate limits with a new address in each request.
 */
export function createClientIpSetter(trustedProxies: string[]): (request: IncomingMessage) => void {
  const trusted = createBlockList(trustedProxies);
  let isWarningDue = trustedProxies.length === 0;
  return ({ headers, socket }) => {
    const forwarded = headers["x-forwarded-for"];
    if (isWarningDue && forwarded) {
      isWarningDue = false;
      console.warn(MISSING_TRUSTED_PROXIES);
    }
    headers[CLIENT_IP_HEADER] = clientIp(socket.remoteAddress ?? "", forwarded, trusted);
  };
}

/** The rightmost address that is not a trusted proxy: each proxy appends the address that it has received from. */
export function clientIp(peer: string, forwarded: string | string[] | undefined, trusted: BlockList): string {
  const hops = [...[forwarded ?? []].flat().join(",").split(","), peer].map(normalizeAddress).filter(Boolean);
  while (hops.length > 1 && isTrusted(hops.at(-1) ?? "", trusted)) hops.pop();
  return hops.at(-1) ?? "";
}

/** Addresses and networks as a list that can be searched. */
export function createBlockList(entries: string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix] = entry.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (prefix) list.addSubnet(address, Number(prefix), family);
    else list.addAddress(address, family);
  }
  return list;
}

function isTrusted(address: string, trusted: BlockList): boolean {
  return trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

/** A dual-stack socket reports 192.0.2.1 as `::ffff:192.0.2.1`. */
function normalizeAddress(address: string): string {
  return address.trim().replace(/^::ffff:(?=\d+\.)/i, "");
}
