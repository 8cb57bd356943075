import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { parseCookies, setRequestCookie } from "better-auth/cookies";
import { makeSignature } from "better-auth/crypto";

/**
 * Accepts session cookies that an older secret has signed, and signs them again with the current one. Better Auth verifies
 * cookies with the current secret only, so a change of the secret would sign out every user.
 */
export const sessionCookieRotation = (olderSecrets: string[]) =>
  ({
    id: "session-cookie-rotation",
    hooks: {
      before: [
        {
          matcher: ({ headers }) => olderSecrets.length > 0 && Boolean(headers?.get("cookie")),
          handler: createAuthMiddleware(async (ctx) => {
            const { secret, authCookies } = ctx.context;
            const { name } = authCookies.sessionToken;
            if (await ctx.getSignedCookie(name, secret)) return;
            for (const olderSecret of olderSecrets) {
              const sessionToken = await ctx.getSignedCookie(name, olderSecret);
              if (!sessionToken) continue;
              const headers = new Headers(ctx.headers);
              setRequestCookie(headers, name, `${sessionToken}.${await makeSignature(sessionToken, secret)}`);
              return { context: { headers, context: { rotatedSessionToken: sessionToken } satisfies RotationContext } };
            }
          }),
        },
      ],
      after: [
        {
          matcher: ({ context }) => Boolean((context as RotationContext).rotatedSessionToken),
          handler: createAuthMiddleware(async (ctx) => {
            const { secret, sessionConfig, authCookies, responseHeaders } = ctx.context;
            const { name, attributes } = authCookies.sessionToken;
            // Sign-out and sign-in set the cookie themselves.
            if (responseHeaders?.getSetCookie().some((each) => parseCookies(each).has(name))) return;
            const { rotatedSessionToken = "" } = ctx.context as RotationContext;
            await ctx.setSignedCookie(name, rotatedSessionToken, secret, {
              ...attributes,
              maxAge: sessionConfig.expiresIn,
            });
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

/** The token of a session whose cookie is signed again with the response. */
type RotationContext = { rotatedSessionToken?: string };
