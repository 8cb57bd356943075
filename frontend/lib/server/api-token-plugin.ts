import type { BetterAuthPlugin } from "better-auth";
import { createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import { getJwtToken, type JwtOptions } from "better-auth/plugins";
import { decodeJwt, SignJWT } from "jose";
import type { ApiTokenConfig } from "./config.ts";
import { ensureReadableKey, ensureSigningKey } from "./signing-key.ts";

/** `expires_at` is the token's `exp`, in seconds since 1970. */
type ApiToken = { token: string; expires_at: number };

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
          if (!keys) return signWithSecret(ctx.context.session.user, config, ctx.context.secret);
          await ensureSigningKey(ctx, keys);
          const token = await getJwtToken(ctx, keys);
          return { token, expires_at: decodeJwt(token).exp ?? 0 };
        },
      ),
      /** For the start of the process. It is not reachable over HTTP. */
      ensureReadableKey: createAuthEndpoint.serverOnly({ method: "POST" }, async (ctx) => {
        if (keys) await ensureReadableKey(ctx, keys);
      }),
    },
  }) satisfies BetterAuthPlugin;

type TokenUser = { id: string; email: string; name: string };

/** The key is the secret's UTF-8 bytes, as in the backend. */
async function signWithSecret(user: TokenUser, config: ApiTokenConfig, secret: string): Promise<ApiToken> {
  const now = Math.floor(Date.now() / 1000);
  const expiresAt = now + config.lifetimeSeconds;
  const token = await new SignJWT({ email: user.email, name: user.name })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(user.id)
    .setIssuedAt(now)
    .setExpirationTime(expiresAt)
    .setIssuer(config.issuer)
    .setAudience(config.audience)
    .sign(new TextEncoder().encode(secret));
  return { token, expires_at: expiresAt };
}
