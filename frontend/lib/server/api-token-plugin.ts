import type { BetterAuthPlugin, GenericEndpointContext } from "better-auth";
import { APIError, createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import { getJwtToken, type JwtOptions } from "better-auth/plugins";
import { decodeJwt, SignJWT } from "jose";
import { accessTokenClaims, type TokenSession } from "./access-token-claims.ts";
import type { ApiTokenConfig } from "./config.ts";
import { ensureReadableKey, ensureSigningKey, signingKeyOptions } from "./signing-key.ts";

/** `expires_at` is the token's `exp`, in seconds since 1970. */
type ApiToken = { token: string; expires_at: number };

/** Half of what the backend accepts. A longer token comes from a setting or an account that is out of bounds. */
const MAX_TOKEN_BYTES = 4096;

/**
 * GET /api/auth/api-token: issues a short-lived access token for the backend to the signed-in user.
 *
 * None of Better Auth's plugins signs access tokens with the shared secret, and pages need one endpoint for both token
 * modes. Without `keys` the token is signed with the shared secret.
 */
export const apiTokenPlugin = (config: ApiTokenConfig, keys: JwtOptions | undefined) =>
  ({
    id: "api-token",
    endpoints: {
      getApiToken: createAuthEndpoint(
        "/api-token",
        { method: "GET", requireHeaders: true, use: [sessionMiddleware] },
        async (ctx): Promise<ApiToken> => {
          ctx.setHeader("cache-control", "no-store");
          return issueToken(ctx, config, keys);
        },
      ),
      /** For the deletion of an account, which is possible without a confirmed address. It is not reachable over HTTP. */
      getDeletionToken: createAuthEndpoint.serverOnly(
        { method: "GET", requireHeaders: true, use: [sessionMiddleware] },
        (ctx): Promise<ApiToken> => {
          const unlimited = { ...config, limitsUnverifiedUsers: false };
          return issueToken(ctx, unlimited, signingKeyOptions(unlimited));
        },
      ),
      /** For the start of the process. It is not reachable over HTTP. */
      ensureReadableKey: createAuthEndpoint.serverOnly({ method: "POST" }, async (ctx) => {
        if (keys) await ensureReadableKey(ctx, keys);
      }),
    },
  }) satisfies BetterAuthPlugin;

type SessionContext = GenericEndpointContext & { context: { session: TokenSession } };

async function issueToken(
  ctx: SessionContext,
  config: ApiTokenConfig,
  keys: JwtOptions | undefined,
): Promise<ApiToken> {
  if (!keys) return checkSize(await signWithSecret(ctx.context.session, config, ctx.context.secret));
  await ensureSigningKey(ctx, keys);
  const token = await getJwtToken(ctx, keys);
  return checkSize({ token, expires_at: decodeJwt(token).exp ?? 0 });
}

/** A token consists of ASCII characters, so its length is its size. */
function checkSize(token: ApiToken): ApiToken {
  if (token.token.length <= MAX_TOKEN_BYTES) return token;
  throw new APIError("INTERNAL_SERVER_ERROR", {
    code: "ACCESS_TOKEN_TOO_LARGE",
    message: `The access token is longer than ${MAX_TOKEN_BYTES} bytes. Shorten the issuer or the audience.`,
  });
}

/** The key is the secret's UTF-8 bytes, as in the backend. */
async function signWithSecret(session: TokenSession, config: ApiTokenConfig, secret: string): Promise<ApiToken> {
  const now = Math.floor(Date.now() / 1000);
  const expiresAt = now + config.lifetimeSeconds;
  const token = await new SignJWT(accessTokenClaims(session, config.limitsUnverifiedUsers))
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(session.user.id)
    .setIssuedAt(now)
    .setExpirationTime(expiresAt)
    .setIssuer(config.issuer)
    .setAudience(config.audience)
    .sign(new TextEncoder().encode(secret));
  return { token, expires_at: expiresAt };
}
