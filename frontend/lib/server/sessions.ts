import { getAuth } from "../auth.ts";
import { describeUserAgent } from "./user-agent.ts";

/** A session of the user without its token, which would allow a script to use it. */
export type DeviceSession = { id: string; device: string; createdAt: string; isCurrent: boolean };

export async function listDeviceSessions(userId: string, currentToken: string): Promise<DeviceSession[]> {
  const { internalAdapter } = await (await getAuth()).$context;
  const sessions = await internalAdapter.listSessions(userId);
  return sessions
    .filter((session) => session.expiresAt > new Date())
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .map((session) => ({
      id: session.id,
      device: describeUserAgent(session.userAgent ?? ""),
      createdAt: session.createdAt.toISOString(),
      isCurrent: session.token === currentToken,
    }));
}
