import type { BetterAuthPlugin, GenericEndpointContext } from "better-auth";
import { APIError, createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import type { JwtOptions } from "better-auth/plugins";
import { SignJWT } from "jose";
import {
  MAX_PERSONAL_TOKENS,
  type NewPersonalToken,
  PERSONAL_TOKEN_MESSAGES,
  parseNewPersonalToken,
} from "../personal-tokens.ts";
import type { ApiTokenConfig } from "./config.ts";
import {
  deleteEndedTokens,
  deleteToken,
  findToken,
  findUnendedTokens,
  type PersonalToken,
  personalTokenSchema,
  storeToken,
} from "./personal-token-store.ts";
import { isSubjectRevoked } from "./revocations.ts";
import { revokePersonalToken } from "./revoke-personal-tokens.ts";
import { accessTokenKey, keepKeyListed } from "./signing-key.ts";

/** `client_id` of every personal access token. It makes the backend require scopes, and is never the id of a user. */
export const PERSONAL_TOKEN_CLIENT_ID = "personal-access-token";

const DAY_SECONDS = 24 * 60 * 60;

/**
 * Tokens of one account that have not ended, including revoked ones. Each revoked token is in the list of revocations until it
 * ends, and the list has 50,000 entries for all accounts.
 */
const MAX_UNENDED_TOKENS = 2 * MAX_PERSONAL_TOKENS;

/**
 * Personal access tokens: JWTs for the API that the user names, limits to scopes and can revoke. They are access tokens as
 * those of a session, so the backend verifies them without a look-up. Better Auth's API keys are opaque, and would need one.
 *
 * The token is in the response to its creation and nowhere else. What is stored names and revokes it.
 */
export const personalTokenPlugin = (config: ApiTokenConfig, keys: JwtOptions | undefined) =>
  ({
    id: "personal-tokens",
    schema: personalTokenSchema,
    endpoints: {
      createPersonalToken: createAuthEndpoint(
        "/personal-tokens/create",
        { method: "POST", requireHeaders: true, use: [sessionMiddleware] },
        async (ctx) => {
          ctx.setHeader("cache-control", "no-store");
          const values = parseNewPersonalToken((ctx.body as object | undefined) ?? {});
          if (typeof values === "string")
            throw new APIError("BAD_REQUEST", { code: values, message: PERSONAL_TOKEN_MESSAGES[values] });
          const { user } = ctx.context.session;
          // Otherwise such a token could change tasks after the session's tokens are limited to reading.
          if (config.limitsUnverifiedUsers && !user.emailVerified && values.scopes.includes("tasks:write"))
            throw new APIError("FORBIDDEN", {
              code: "TOKEN_REQUIRES_VERIFIED_EMAIL",
              message: "Confirm your e-mail address first. A token that only reads needs no confirmed address.",
            });
          const { token, ...stored } = await create(ctx, user.id, values, config, keys);
          return { token, personalToken: withoutOwner(stored) };
        },
      ),
      revokePersonalToken: createAuthEndpoint(
        "/personal-tokens/revoke",
        { method: "POST", requireHeaders: true, use: [sessionMiddleware] },
        async (ctx) => {
          const { adapter, session } = ctx.context;
          const id: unknown = (ctx.body as { id?: unknown } | undefined)?.id;
          const token = typeof id === "string" ? await findToken(adapter, session.user.id, id) : null;
          if (!token)
            throw new APIError("NOT_FOUND", {
              code: "PERSONAL_TOKEN_NOT_FOUND",
              message: "You have no token with this id.",
            });
          await revokePersonalToken(adapter, token);
          return { personalToken: withoutOwner(token) };
        },
      ),
    },
  }) satisfies BetterAuthPlugin;

const withoutOwner = ({ id, name, scopes, createdAt, expiresAt }: PersonalToken) => ({
  id,
  name,
  scopes: scopes.split(" "),
  createdAt,
  expiresAt,
});

async function create(
  ctx: GenericEndpointContext,
  userId: string,
  { name, scopes, days }: NewPersonalToken,
  config: ApiTokenConfig,
  keys: JwtOptions | undefined,
): Promise<PersonalToken & { token: string }> {
  const { adapter } = ctx.context;
  await deleteEndedTokens(adapter, userId);
  const { header, key } = await accessTokenKey(ctx, keys);
  const issuedAt = Math.floor(Date.now() / 1000);
  const expiresAt = issuedAt + days * DAY_SECONDS;
  const dates = { createdAt: new Date(issuedAt * 1000), expiresAt: new Date(expiresAt * 1000) };
  // Before the token exists: no token can be used that is not stored, and so cannot be revoked.
  const stored = await storeToken(adapter, { userId, name, scopes: scopes.join(" "), ...dates });
  await requireRoom(ctx, stored);
  // Checked after the row is stored, while the deletion looks for rows after it has recorded the user.
  if (await isSubjectRevoked(adapter, userId, issuedAt)) {
    await deleteToken(adapter, stored.id);
    throw new APIError("UNAUTHORIZED", { code: "ACCOUNT_DELETED", message: "The account is being deleted." });
  }
  if (header.kid) await keepKeyListed(ctx, header.kid, dates.expiresAt);
  const token = await new SignJWT({ client_id: PERSONAL_TOKEN_CLIENT_ID, scope: stored.scopes, sid: stored.id })
    // RFC 9068 §2.1.
    .setProtectedHeader({ ...header, typ: "at+jwt" })
    .setSubject(userId)
    .setJti(stored.id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt)
    .setIssuer(config.issuer)
    .setAudience(config.audience)
    .sign(key);
  return { ...stored, token };
}

/** Counted with the new token, so that concurrent requests cannot exceed the limit. */
async function requireRoom({ context: { adapter } }: GenericEndpointContext, stored: PersonalToken): Promise<void> {
  const unended = await findUnendedTokens(adapter, stored.userId);
  const live = unended.filter(({ revokedAt }) => !revokedAt);
  if (live.length <= MAX_PERSONAL_TOKENS && unended.length <= MAX_UNENDED_TOKENS) return;
  await deleteToken(adapter, stored.id);
  const code = live.length > MAX_PERSONAL_TOKENS ? "TOO_MANY_PERSONAL_TOKENS" : "TOO_MANY_REVOKED_TOKENS";
  throw new APIError("CONFLICT", { code, message: "The account has too many personal access tokens." });
}
