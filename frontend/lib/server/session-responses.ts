import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware, isAPIError } from "better-auth/api";

/**
 * What the browser removes after a session: cached pages, and the storage of this origin. Not "cookies", which would also
 * remove the chosen theme and the cookies of every other host of the same site; the session cookie is removed by itself.
 */
const CLEAR_SITE_DATA = '"cache", "storage"';

/** The endpoints whose token is for scripts: it is not that of a session. */
const TOKENS_FOR_SCRIPTS = ["/api-token", "/personal-tokens/create"];

/**
 * Responses that end a session remove the user's data from the browser. No response contains the token of a session:
 * browsers have it in a cookie that scripts cannot read.
 */
export const sessionResponses = () =>
  ({
    id: "session-responses",
    hooks: {
      after: [
        {
          matcher: ({ path, context }) =>
            (path === "/sign-out" || path === "/delete-user") && !isAPIError(context.returned),
          handler: createAuthMiddleware(async (ctx) => ctx.setHeader("clear-site-data", CLEAR_SITE_DATA)),
        },
        {
          // Calls on the server have no request.
          matcher: ({ request, path, context }) =>
            Boolean(request) && !TOKENS_FOR_SCRIPTS.includes(path ?? "") && containsToken(context.returned),
          handler: createAuthMiddleware(async (ctx) => withoutTokens(ctx.context.returned)),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

/** Better Auth's name for a session token in a response is `token`. */
function containsToken(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(containsToken);
  return isPlainObject(value) && ("token" in value || Object.values(value).some(containsToken));
}

function withoutTokens(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTokens);
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).filter(([name]) => name !== "token");
  return Object.fromEntries(entries.map(([name, each]) => [name, withoutTokens(each)]));
}

/** Errors, dates and responses are left as they are. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
