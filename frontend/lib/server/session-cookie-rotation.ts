import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { parseCookies, setRequestCookie } from "better-auth/cookies";
import { makeSignature } from "better-auth/crypto";

/**
 * While a secret is being changed: takes session cookies that an older secret signed, and gives them out anew. Better Auth by
 * itself knows the newest secret only when it reads cookies, so that everybody would be signed out.
 */
export const sessionCookieRotation = (older: string[]) =>
  ({
    id: "older-secrets",
    hooks: {
      before: [
        {
          matcher: ({ headers }) => older.length > 0 && Boolean(headers?.get("cookie")),
          handler: createAuthMiddleware(async (ctx) => {
            const { secret, authCookies } = ctx.context;
            const { name } = authCookies.sessionToken;
            if (await ctx.getSignedCookie(name, secret)) return;
            for (const each of older) {
              const session = await ctx.getSignedCookie(name, each);
              if (!session) continue;
              const headers = new Headers(ctx.headers);
              setRequestCookie(headers, name, `${session}.${await makeSignature(session, secret)}`);
              return { context: { headers, context: { renewed: session } satisfies Renewed } };
            }
          }),
        },
      ],
      after: [
        {
          matcher: ({ context }) => Boolean((context as Renewed).renewed),
          handler: createAuthMiddleware(async (ctx) => {
            const { secret, sessionConfig, authCookies, responseHeaders } = ctx.context;
            const { name, attributes } = authCookies.sessionToken;
            // Signing out, and signing in as somebody else, have the last word.
            if (responseHeaders?.getSetCookie().some((each) => parseCookies(each).has(name))) return;
            const { renewed = "" } = ctx.context as Renewed;
            await ctx.setSignedCookie(name, renewed, secret, { ...attributes, maxAge: sessionConfig.expiresIn });
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

/** The session whose cookie is to be given out anew with the answer. */
type Renewed = { renewed?: string };
