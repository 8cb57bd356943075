import type { BetterAuthPlugin, GenericEndpointContext } from "better-auth";
import { createAuthMiddleware, getIP, isAPIError } from "better-auth/api";

/** The time of the last use is this exact. A session is written at most once in it, however many requests it sends. */
export const LAST_USE_PRECISION_MS = 5 * 60_000;

/** Every page reads the session, and an open page requests an access token before the last one expires. */
const PATHS: readonly string[] = ["/get-session", "/api-token"];

/**
 * Stores when, and from which address, a session was used last. Better Auth sets `updatedAt` when it extends a session, once
 * a day, and decides by `expiresAt` when to do so. The hooks for updated sessions are not called: nothing depends on the time.
 */
export const sessionLastUse = () =>
  ({
    id: "session-last-use",
    hooks: {
      after: [
        {
          matcher: ({ path, context }) => PATHS.includes(path ?? "") && !isAPIError(context.returned),
          handler: createAuthMiddleware(storeLastUse),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

async function storeLastUse({ context, headers }: GenericEndpointContext): Promise<void> {
  const session = context.session?.session;
  if (!session) return;
  const now = new Date();
  const before = new Date(now.getTime() - LAST_USE_PRECISION_MS);
  if (new Date(session.updatedAt) > before) return;
  // As Better Auth stores it at the sign-in: of an IPv6 address the /64 network.
  const ipAddress = headers && getIP(headers, context.options);
  // The condition lets one of several concurrent requests write.
  const where = [
    { field: "id", value: session.id },
    { field: "updatedAt", operator: "lte" as const, value: before },
  ];
  const update = { updatedAt: now, ...(ipAddress && { ipAddress }) };
  await context.adapter
    .updateMany({ model: "session", where, update })
    .catch(() => context.logger.error("the last use of a session could not be stored"));
}
