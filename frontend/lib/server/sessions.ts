import { isIPv6 } from "node:net";
import type { Session } from "better-auth";
import { getAuth } from "../auth.ts";
import { describeUserAgent } from "./user-agent.ts";

/** A session of the user without its token, which would allow a script to use it. */
export type DeviceSession = {
  id: string;
  device: string;
  /** The address of the last use; empty if it is unknown. */
  address: string;
  createdAt: string;
  /** Exact to a few minutes, see session-last-use.ts. */
  lastUsedAt: string;
  isCurrent: boolean;
};

/** The sessions that have not expired: the current one first, then the others by their last use. */
export async function listDeviceSessions(userId: string, currentToken: string): Promise<DeviceSession[]> {
  const { internalAdapter } = await (await getAuth()).$context;
  const sessions = await internalAdapter.listSessions(userId);
  return sessions
    .filter((session) => session.expiresAt > new Date())
    .sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime())
    .map((session) => toDeviceSession(session, currentToken))
    .sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent));
}

const toDeviceSession = (session: Session, currentToken: string): DeviceSession => ({
  id: session.id,
  device: describeUserAgent(session.userAgent ?? ""),
  address: shortenAddress(session.ipAddress ?? ""),
  createdAt: session.createdAt.toISOString(),
  lastUsedAt: session.updatedAt.toISOString(),
  isCurrent: session.token === currentToken,
});

/** Better Auth stores IPv6 addresses with all of their zeros. */
export const shortenAddress = (address: string): string =>
  isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
