import type { BetterAuthPlugin } from "better-auth";
import { createAuthEndpoint, sessionMiddleware } from "better-auth/api";
import { getJwtToken, type JwtOptions } from "better-auth/plugins";
import { decodeJwt, SignJWT } from "jose";
import type { Config } from "./config.ts";
import { ensureReadableKey, ensureSigningKey } from "./signing-key.ts";

type ApiToken = { token: string; expires_at: number };

/**
 * One endpoint, GET /api/auth/api-token: gives the signed-in user a short-lived token for the todo backend, which judges it
 * without asking anybody. `expires_at` is the token's `exp`, in seconds since 1970.
 *
 * A plugin of our own, because none of Better Auth's signs access tokens with the plain secret, and so that pages need not
 * know which of the two ways is configured.
 */
export const apiToken = (settings: Config["apiToken"], keys: JwtOptions | undefined) =>
  ({
    id: "api-token",
    endpoints: {
      getApiToken: createAuthEndpoint(
        "/api-token",
        { method: "GET", requireHeaders: true, use: [sessionMiddleware] },
        async (ctx): Promise<ApiToken> => {
          ctx.setHeader("cache-control", "no-store");
          if (!keys) return signWithSecret(ctx.context.session.user, settings, ctx.context.secret);
          await ensureSigningKey(ctx, keys);
          const token = await getJwtToken(ctx, keys);
          return { token, expires_at: decodeJwt(token).exp ?? 0 };
        },
      ),
      /** For the start of the process; not reachable over HTTP. */
      ensureReadableKey: createAuthEndpoint.serverOnly({ method: "POST" }, async (ctx) => {
        if (keys) await ensureReadableKey(ctx, keys);
      }),
    },
  }) satisfies BetterAuthPlugin;

type Person = { id: string; email: string; name: string };

/** The backend takes the secret's UTF-8 bytes as its key, so these are the ones to sign with. */
export async function signWithSecret(
  user: Person,
  settings: Config["apiToken"],
  secret: string,
  now = Math.floor(Date.now() / 1000),
): Promise<ApiToken> {
  const expiresAt = now + settings.lifeSeconds;
  const token = await new SignJWT({ email: user.email, name: user.name })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(user.id)
    .setIssuedAt(now)
    .setExpirationTime(expiresAt)
    .setIssuer(settings.issuer)
    .setAudience(settings.audience)
    .sign(new TextEncoder().encode(secret));
  return { token, expires_at: expiresAt };
}
