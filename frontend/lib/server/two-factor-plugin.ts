import { randomInt } from "node:crypto";
import type { BetterAuthPlugin, GenericEndpointContext, Session } from "better-auth";
import { APIError, createAuthEndpoint, createAuthMiddleware, getSessionFromCtx, isAPIError } from "better-auth/api";
import { expireCookie } from "better-auth/cookies";
import { TWO_FACTOR_ERROR_CODES, twoFactor } from "better-auth/plugins";
import { normalizeRecoveryCode, normalizeTotpCode, RECOVERY_CODE_ALPHABET } from "../two-factor-codes.ts";
import { CALLBACK_PATH } from "./social-providers.ts";

/** The name that authenticator apps show. */
const ISSUER = "Todo";

/** Better Auth's prefix of a challenge's identifier. */
const CHALLENGE_PREFIX = "2fa-";

/** A challenge ends so long after the password. */
export const CHALLENGE_SECONDS = 10 * 60;

export const TRUSTED_DEVICE_SECONDS = 30 * 24 * 60 * 60;

const RECOVERY_CODES = 10;

export const VERIFY_TOTP = "/two-factor/verify-totp";
export const VERIFY_RECOVERY_CODE = "/two-factor/verify-backup-code";

/** Routes that compare a code. */
export const VERIFY_PATHS: readonly string[] = [VERIFY_TOTP, VERIFY_RECOVERY_CODE];

/** Routes that change two-step sign-in. They compare the password of an account that has one. */
export const TWO_FACTOR_CHANGE_PATHS: readonly string[] = [
  "/two-factor/enable",
  "/two-factor/disable",
  "/two-factor/generate-backup-codes",
];

/**
 * The routes that may create a session of an account with two-step sign-in. The password and the
 * sign-in with a provider have a challenge after them; a passkey is not the password; the others replace the session of the
 * request.
 */
const SESSION_PATHS: readonly string[] = [
  "/sign-in/email",
  VERIFY_TOTP,
  VERIFY_RECOVERY_CODE,
  "/passkey/verify-authentication",
  CALLBACK_PATH,
  "/change-password",
  "/reauthenticate",
];

/**
 * Two-step sign-in by Better Auth's plugin, with rules of this app. Both stand before the plugins that act after a sign-in:
 * those see no session until the second step is done (docs/decisions/0075).
 */
export const twoFactorPlugins = () =>
  [
    twoFactor({
      issuer: ISSUER,
      twoFactorCookieMaxAge: CHALLENGE_SECONDS,
      trustDeviceMaxAge: TRUSTED_DEVICE_SECONDS,
      // An account without a password authenticates again with a passkey instead (SENSITIVE_ROUTES).
      allowPasswordless: true,
      backupCodeOptions: { customBackupCodesGenerate: createRecoveryCodes },
    }),
    twoFactorRules(),
  ] as const;

/** A sign-in whose password was right and whose second step is not done. */
export type Challenge = { identifier: string; userId: string };

/** What the hooks of a request that compares a code know about its challenge. */
type ChallengeContext = { challenge?: Challenge; replacedSessionToken?: string };

/** The challenge of a request that compares a code. Undefined where a session confirms its new authenticator app. */
export const challengeOf = ({ context }: GenericEndpointContext): Challenge | undefined =>
  (context as ChallengeContext).challenge;

/** The session cookie of a request whose challenge is about to replace the session. */
export const replacedSessionTokenOf = ({ context }: GenericEndpointContext): string | undefined =>
  (context as ChallengeContext).replacedSessionToken;

/** The open challenge that the browser's cookie names. */
export async function findChallenge(ctx: GenericEndpointContext): Promise<Challenge | undefined> {
  const { name } = ctx.context.createAuthCookie("two_factor");
  const identifier = (await ctx.getSignedCookie(name, ctx.context.secret)) || "";
  // The signature of a cookie does not cover its name, so other signed cookies name rows of their own.
  if (!identifier.startsWith(CHALLENGE_PREFIX)) return undefined;
  const challenge = await ctx.context.internalAdapter.findVerificationValue(identifier);
  if (!challenge || challenge.expiresAt <= new Date()) return undefined;
  return { identifier, userId: challenge.value };
}

/**
 * Whether this is the session that the plugin deletes before it asks for the second step. It was created by the same request,
 * and nobody has received its token. Only for these paths: elsewhere `newSession` may be an older session that was extended.
 */
export const isSessionBeforeSecondStep = ({ id }: Pick<Session, "id">, ctx: GenericEndpointContext | null): boolean =>
  (ctx?.path === "/sign-in/email" || ctx?.path === CALLBACK_PATH) && ctx.context.newSession?.session.id === id;

/** Whether the endpoint has asked for the second step instead of signing in. */
export const isChallengeResponse = (returned: unknown): boolean =>
  typeof returned === "object" && returned !== null && "twoFactorRedirect" in returned;

const twoFactorRules = () =>
  ({
    id: "two-factor-rules",
    schema: {
      user: { fields: { twoFactorEnabledAt: { type: "date", required: false, input: false, returned: false } } },
    },
    init: ({ adapter }) => ({
      options: {
        databaseHooks: {
          session: { create: { before: requireSecondFactor } },
          user: {
            update: {
              // The row of the secret is older: it is created before the first code, and kept when the dialog is closed.
              before: async (update) => {
                if (update.twoFactorEnabled) return { data: { ...update, twoFactorEnabledAt: new Date() } };
              },
            },
            delete: {
              // Open challenges and trusted devices. The secret is deleted by its foreign key.
              after: async ({ id }) =>
                void (await adapter.deleteMany({ model: "verification", where: [{ field: "value", value: id }] })),
            },
          },
        },
      },
    }),
    endpoints: {
      /** For pages. It is not reachable over HTTP. */
      hasOpenChallenge: createAuthEndpoint.serverOnly({ method: "POST", requireHeaders: true }, async (ctx) =>
        Boolean(await findChallenge(ctx)),
      ),
    },
    hooks: {
      before: [
        {
          matcher: ({ path }) => VERIFY_PATHS.includes(path ?? ""),
          handler: createAuthMiddleware(prepareVerification),
        },
      ],
      after: [
        {
          matcher: ({ path, context }) => path === "/sign-in/email" && isChallengeResponse(context.returned),
          handler: createAuthMiddleware(async ({ context: { responseHeaders, authCookies } }) =>
            keepBrowserSession(responseHeaders, [authCookies.sessionToken.name, authCookies.sessionData.name]),
          ),
        },
        {
          matcher: ({ path, context }) => path === "/two-factor/enable" && !isAPIError(context.returned),
          handler: createAuthMiddleware(endChallenge),
        },
        {
          matcher: ({ path, context }) =>
            (path === "/two-factor/disable" || path === "/change-password") && !isAPIError(context.returned),
          handler: createAuthMiddleware(async (ctx) => {
            const userId = ctx.context.session?.user.id;
            if (userId) await forgetTrustedDevices(ctx, userId);
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

/**
 * Better Auth's plugin asks for the second step after some of the routes that sign in. All other routes must not sign in to
 * an account that has one, whatever option or plugin is added.
 */
async function requireSecondFactor({ userId }: { userId: string }, ctx: GenericEndpointContext | null): Promise<void> {
  if (!ctx || SESSION_PATHS.includes(ctx.path)) return;
  const user = await ctx.context.internalAdapter.findUserById(userId);
  if (!user || !("twoFactorEnabled" in user) || !user.twoFactorEnabled) return;
  throw new APIError("FORBIDDEN", { code: "TWO_FACTOR_REQUIRED", message: "Sign in with your password and a code." });
}

/**
 * A code belongs to the open challenge of the browser, or else to its session, which confirms a new authenticator app. With a
 * session the plugin would ignore the challenge, so the session is hidden from it; the new session then replaces it.
 */
async function prepareVerification(ctx: GenericEndpointContext) {
  const challenge = await findChallenge(ctx);
  const code: unknown = ctx.body?.code;
  const normalize = ctx.path === VERIFY_TOTP ? normalizeTotpCode : normalizeRecoveryCode;
  const body = {
    ...(typeof code === "string" ? { code: normalize(code) } : {}),
    // It would use up a recovery code without signing in.
    disableSession: false,
  };
  if (challenge) {
    const { sessionToken, sessionData } = ctx.context.authCookies;
    const replacedSessionToken = (await ctx.getSignedCookie(sessionToken.name, ctx.context.secret)) || undefined;
    const headers = new Headers(ctx.headers);
    headers.set("cookie", withoutCookies(headers.get("cookie") ?? "", [sessionToken.name, sessionData.name]));
    return { context: { headers, body, context: { challenge, replacedSessionToken } satisfies ChallengeContext } };
  }
  const session = await getSessionFromCtx(ctx);
  // A session needs no code once two-step sign-in is on: codes could be guessed without any effect on the lock.
  if (session && ctx.path === VERIFY_RECOVERY_CODE)
    throw APIError.from("UNAUTHORIZED", TWO_FACTOR_ERROR_CODES.INVALID_TWO_FACTOR_COOKIE);
  if (session && "twoFactorEnabled" in session.user && session.user.twoFactorEnabled)
    throw APIError.from("BAD_REQUEST", TWO_FACTOR_ERROR_CODES.TOTP_ALREADY_ENABLED);
  return { context: { body } };
}

function withoutCookies(header: string, names: string[]): string {
  const isOther = (pair: string) => !names.includes(pair.split("=")[0]?.trim() ?? "");
  return header.split(";").filter(isOther).join(";");
}

/** The plugin expires the session cookie, but the browser's session goes on until the second step is done. */
export function keepBrowserSession(headers: Headers | undefined, names: string[]): void {
  const cookies = headers?.getSetCookie() ?? [];
  headers?.delete("set-cookie");
  for (const cookie of cookies)
    if (!names.some((name) => cookie.startsWith(`${name}=`))) headers?.append("set-cookie", cookie);
}

/** Otherwise the first code of the new authenticator app would be taken for that of an earlier sign-in. */
async function endChallenge(ctx: GenericEndpointContext): Promise<void> {
  const challenge = await findChallenge(ctx);
  if (!challenge) return;
  await ctx.context.internalAdapter.deleteVerificationByIdentifier(challenge.identifier);
  expireCookie(ctx, ctx.context.createAuthCookie("two_factor"));
}

/** All devices of the user need a code at their next sign-in. The plugin itself forgets the device that disables two-step. */
export async function forgetTrustedDevices({ context }: GenericEndpointContext, userId: string): Promise<void> {
  await context.adapter.deleteMany({
    model: "verification",
    where: [
      { field: "value", value: userId },
      { field: "identifier", operator: "starts_with", value: "trust-device-" },
    ],
  });
}

/** 10 characters of 31, about 49 bits, in two groups. */
function createRecoveryCodes(): string[] {
  const createGroup = () =>
    Array.from({ length: 5 }, () => RECOVERY_CODE_ALPHABET[randomInt(RECOVERY_CODE_ALPHABET.length)]).join("");
  return Array.from({ length: RECOVERY_CODES }, () => `${createGroup()}-${createGroup()}`);
}
