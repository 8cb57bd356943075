import type { BetterAuthPlugin, GenericEndpointContext } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { replacedSessionTokenOf } from "./two-factor-plugin.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** A session ends so long after its sign-in, however often it is used. */
const MAX_SESSION_AGE_MS = 30 * DAY_MS;

export const MAX_SESSIONS_PER_USER = 50;

/**
 * How many sessions a sign-in ends at most. There are more only for a user from before the limit, and the next sign-ins end
 * them. The database hooks are called for 100 rows of one statement, which is Better Auth's default page size.
 */
const MAX_ENDED_SESSIONS = 100;

type SessionUpdate = { expiresAt?: Date };

/**
 * Ends sessions: after an absolute lifetime; when the same browser signs in again; the oldest one of a user who has more
 * than {@link MAX_SESSIONS_PER_USER}. Ended sessions are deleted by Better Auth's internal adapter, which calls the database
 * hooks for deleted sessions, so their access tokens are revoked too.
 */
export const sessionLimits = () =>
  ({
    id: "session-limits",
    init: () => ({
      options: {
        databaseHooks: {
          session: {
            update: {
              before: async (update: SessionUpdate, ctx) => ({ data: limitExpiration(update, ctx) }),
            },
          },
        },
      },
    }),
    hooks: {
      after: [
        {
          matcher: ({ context }) => Boolean(context.newSession),
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession, internalAdapter, authCookies, secret } = ctx.context;
            const previousToken =
              replacedSessionTokenOf(ctx) ?? (await ctx.getSignedCookie(authCookies.sessionToken.name, secret));
            // The session was only extended.
            if (!newSession || previousToken === newSession.session.token) return;
            if (previousToken) await internalAdapter.deleteSession(previousToken);
            await endOldestSessions(ctx, newSession.user.id);
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

/** Better Auth extends a session by seven days at a time. The session that it extends is the one of the request. */
function limitExpiration(update: SessionUpdate, ctx: GenericEndpointContext | null): SessionUpdate {
  const createdAt = ctx?.context.session?.session.createdAt;
  if (!update.expiresAt || !createdAt) return update;
  const end = new Date(createdAt).getTime() + MAX_SESSION_AGE_MS;
  return { ...update, expiresAt: new Date(Math.min(update.expiresAt.getTime(), end)) };
}

async function endOldestSessions({ context }: GenericEndpointContext, userId: string): Promise<void> {
  const { adapter, internalAdapter } = context;
  // Better Auth keeps expired sessions until their cookie is sent again. They need no hooks: their tokens have expired too.
  await adapter.deleteMany({
    model: "session",
    where: [
      { field: "userId", value: userId },
      { field: "expiresAt", operator: "lt", value: new Date() },
    ],
  });
  const surplus = await adapter.findMany<{ token: string }>({
    model: "session",
    where: [{ field: "userId", value: userId }],
    sortBy: { field: "createdAt", direction: "desc" },
    offset: MAX_SESSIONS_PER_USER,
    limit: MAX_ENDED_SESSIONS,
  });
  if (surplus.length > 0) await internalAdapter.deleteSessions(surplus.map(({ token }) => token));
}
