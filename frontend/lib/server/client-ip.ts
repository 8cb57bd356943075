import { type IncomingMessage, Server } from "node:http";
import { BlockList, isIPv6 } from "node:net";

/** The header by which the rest of the app knows who is calling. Always ours: what a client sends under it is overwritten. */
export const CLIENT_IP_HEADER = "x-todo-client-address";

/**
 * Puts the client's address on each request, before Next sees it. Next itself hands X-Forwarded-For on as the client sent
 * it, so anybody could escape the rate limits with a new address each time.
 */
export function installClientIpHeader(trustedProxies: string[]): void {
  const trusted = blockList(trustedProxies);
  const emit = Server.prototype.emit;
  Server.prototype.emit = function (this: Server, event: string | symbol, ...values: unknown[]) {
    if (event === "request") stamp(values[0] as IncomingMessage, trusted);
    return Reflect.apply(emit, this, [event, ...values]);
  };
}

function stamp(request: IncomingMessage, trusted: BlockList): void {
  const address = clientIp(request.socket.remoteAddress ?? "", request.headers["x-forwarded-for"], trusted);
  request.headers[CLIENT_IP_HEADER] = address;
}

/** The nearest hop that is no proxy of ours. Each proxy adds the address it sees at the right, so the walk starts there. */
export function clientIp(peer: string, forwarded: string | string[] | undefined, trusted: BlockList): string {
  const hops = [...[forwarded ?? []].flat().join(",").split(","), peer].map(plain).filter(Boolean);
  while (hops.length > 1 && isTrusted(hops.at(-1) ?? "", trusted)) hops.pop();
  return hops.at(-1) ?? "";
}

export function blockList(entries: string[]): BlockList {
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

/** `::ffff:192.0.2.1` is how a dual-stack socket spells 192.0.2.1. */
function plain(address: string): string {
  return address.trim().replace(/^::ffff:(?=\d+\.)/i, "");
}
