import type { BetterAuthPlugin, GenericEndpointContext, Session } from "better-auth";
import {
  APIError,
  createAuthEndpoint,
  createAuthMiddleware,
  getAuthoritativeSessionFromCtx,
  sensitiveSessionMiddleware,
} from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { PASSWORD_MAX_LENGTH } from "../password-length.ts";

/** A session is fresh so long after its sign-in. Better Auth requires it where an action needs no password. */
export const FRESH_SESSION_SECONDS = 10 * 60;

/** A reauthentication counts so long. */
export const REAUTHENTICATION_SECONDS = 5 * 60;

/** Routes that require a recent reauthentication. */
export const SENSITIVE_ROUTES: readonly string[] = [
  "/change-email",
  "/delete-user",
  "/link-social",
  "/unlink-account",
  "/passkey/generate-register-options",
  "/passkey/verify-registration",
  "/passkey/delete-passkey",
  "/personal-tokens/create",
  "/two-factor/enable",
  "/two-factor/disable",
  "/two-factor/generate-backup-codes",
];

/** Routes whose endpoint itself verifies a password in the body, so that it is hashed once. It counts as reauthentication. */
const ROUTES_WITH_PASSWORD: readonly string[] = [
  "/delete-user",
  "/two-factor/enable",
  "/two-factor/disable",
  "/two-factor/generate-backup-codes",
];

/** Routes that open a session for a user who has just proved to be the owner of the account. */
const REAUTHENTICATING_ROUTES: readonly string[] = ["/reauthenticate", "/passkey/verify-authentication"];

type SessionWithReauthentication = { id: string; reauthenticatedAt?: Date | string | null };

/** Whether the user has authenticated again in the last five minutes. */
export function isRecentlyReauthenticated({ reauthenticatedAt }: SessionWithReauthentication): boolean {
  if (!reauthenticatedAt) return false;
  return Date.now() - new Date(reauthenticatedAt).getTime() < REAUTHENTICATION_SECONDS * 1_000;
}

/**
 * Requires the user to authenticate again before sensitive actions (OWASP ASVS 5.0, 7.5.1 and 7.5.3). Better Auth's own
 * check is the age of the session or a link in a mail: a browser that is left open, or a mailbox, would suffice.
 */
export const reauthentication = () =>
  ({
    id: "reauthentication",
    schema: {
      session: {
        fields: { reauthenticatedAt: { type: "date", required: false, input: false } },
      },
    },
    init: () => ({
      options: {
        databaseHooks: {
          session: {
            create: {
              before: async (session: Session & Record<string, unknown>, ctx: GenericEndpointContext | null) => {
                if (ctx && (await isReauthentication(ctx, session.userId)))
                  return { data: { ...session, reauthenticatedAt: new Date() } };
              },
            },
          },
        },
      },
    }),
    endpoints: {
      /** How the signed-in user can authenticate again. */
      getReauthenticationMethods: createAuthEndpoint(
        "/reauthentication-methods",
        { method: "GET", requireHeaders: true, use: [sensitiveSessionMiddleware] },
        async (ctx): Promise<{ password: boolean; passkey: boolean }> => {
          ctx.setHeader("cache-control", "no-store");
          const userId = ctx.context.session.user.id;
          return { password: await hasPassword(ctx, userId), passkey: await hasPasskey(ctx, userId) };
        },
      ),
      /** Verifies the password and replaces the session by a new one, as every authentication does (ASVS 7.2.4). */
      reauthenticate: createAuthEndpoint(
        "/reauthenticate",
        { method: "POST", requireHeaders: true, use: [sensitiveSessionMiddleware] },
        async (ctx): Promise<{ success: true }> => {
          const { user } = ctx.context.session;
          if (!(await isPasswordOf(ctx, user.id)))
            throw new APIError("BAD_REQUEST", { code: "INVALID_PASSWORD", message: "This is not your password." });
          await setSessionCookie(ctx, { session: await ctx.context.internalAdapter.createSession(user.id), user });
          return { success: true };
        },
      ),
    },
    hooks: {
      before: [
        {
          // The link of a deletion mail is opened with GET. It is refused, because a mailbox must not suffice.
          matcher: ({ path }) => SENSITIVE_ROUTES.includes(path ?? "") || path === "/delete-user/callback",
          handler: createAuthMiddleware(async (ctx) => {
            const session = await getAuthoritativeSessionFromCtx(ctx);
            // Without a session the endpoint answers 401.
            if (!session) return;
            if (SENSITIVE_ROUTES.includes(ctx.path)) {
              if (isRecentlyReauthenticated(session.session)) return;
              if (await hasPasswordInBody(ctx, session.user.id)) return;
            }
            const refusal = new APIError("FORBIDDEN", {
              code: "REAUTHENTICATION_REQUIRED",
              message: "Confirm that it is you, with your password or a passkey, and try again.",
            });
            // Better Auth logs what a hook throws as an error. A request for confirmation is none.
            if (ctx.request) return refusal;
            throw refusal;
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

/**
 * An account that has neither a password nor a passkey can only sign in again with its provider, so that sign-in counts.
 */
async function isReauthentication(ctx: GenericEndpointContext, userId: string): Promise<boolean> {
  if (REAUTHENTICATING_ROUTES.includes(ctx.path)) return true;
  if (ctx.path !== "/callback/:id") return false;
  return !(await hasPassword(ctx, userId)) && !(await hasPasskey(ctx, userId));
}

/** Only where the endpoint compares it: an endpoint may ignore the password of an account that has none. */
async function hasPasswordInBody(ctx: GenericEndpointContext, userId: string): Promise<boolean> {
  const password: unknown = ctx.body?.password;
  if (!ROUTES_WITH_PASSWORD.includes(ctx.path) || typeof password !== "string" || !password) return false;
  return hasPassword(ctx, userId);
}

async function hasPassword({ context }: GenericEndpointContext, userId: string): Promise<boolean> {
  return Boolean((await context.internalAdapter.findCredentialAccount(userId))?.password);
}

async function hasPasskey({ context }: GenericEndpointContext, userId: string): Promise<boolean> {
  return (await context.adapter.count({ model: "passkey", where: [{ field: "userId", value: userId }] })) > 0;
}

async function isPasswordOf({ body, context }: GenericEndpointContext, userId: string): Promise<boolean> {
  const password: unknown = body?.password;
  if (typeof password !== "string" || !password || password.length > PASSWORD_MAX_LENGTH) return false;
  const account = await context.internalAdapter.findCredentialAccount(userId);
  return Boolean(account?.password) && context.password.verify({ hash: account?.password ?? "", password });
}
