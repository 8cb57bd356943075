import { getAuth } from "../auth.ts";
import { describeUserAgent } from "./user-agent.ts";

/** One place where somebody is signed in, without the token that would let a script act as them. */
export type DeviceSession = { id: string; device: string; since: string; isThis: boolean };

export async function listDeviceSessions(userId: string, currentToken: string): Promise<DeviceSession[]> {
  const { internalAdapter } = await (await getAuth()).$context;
  const sessions = await internalAdapter.listSessions(userId);
  return sessions
    .filter((session) => session.expiresAt > new Date())
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .map((session) => ({
      id: session.id,
      device: describeUserAgent(session.userAgent ?? ""),
      since: session.createdAt.toISOString(),
      isThis: session.token === currentToken,
    }));
}
