import type { BetterAuthPlugin } from "better-auth";
import { APIError, createAuthMiddleware } from "better-auth/api";
import { ACCOUNT_BOUNDS_MESSAGES, findBoundsError } from "../account-bounds.ts";

type UserValues = { name?: unknown; email?: unknown; image?: unknown };

/**
 * Rejects names, e-mail addresses and images that an account cannot have. The endpoints are checked before a password is
 * hashed; the database hooks hold the bounds for every other way to write a user. Accounts with longer values from before
 * the bounds keep them, because only values that are written are checked.
 */
export const accountBounds = () =>
  ({
    id: "account-bounds",
    init: () => ({
      options: {
        databaseHooks: {
          user: {
            create: { before: async (user) => ({ data: checkAndTrim(user) }) },
            update: { before: async (user) => ({ data: checkAndTrim(user) }) },
          },
        },
      },
    }),
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === "/sign-up/email" || path === "/update-user",
          handler: createAuthMiddleware(async (ctx) => void check(ctx.body ?? {})),
        },
        {
          matcher: ({ path }) => path === "/update-user",
          handler: createAuthMiddleware(async (ctx) => checkNameOnly(ctx.body)),
        },
        {
          matcher: ({ path }) => path === "/change-email",
          handler: createAuthMiddleware(async (ctx) => void check({ email: ctx.body?.newEmail })),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

function check(user: UserValues): void {
  const code = findBoundsError(user);
  if (code) throw new APIError("BAD_REQUEST", { code, message: ACCOUNT_BOUNDS_MESSAGES[code] });
}

/** Better Auth ignores members that it does not know. A name that is not a text would fail in the database. */
function checkNameOnly(body: unknown): void {
  const members = typeof body === "object" && body && !Array.isArray(body) ? Object.entries(body) : [];
  if (members.length === 1 && members.every(([name, value]) => name === "name" && typeof value === "string")) return;
  throw new APIError("BAD_REQUEST", { code: "FIELD_NOT_ALLOWED", message: "Only the name can be changed here." });
}

function checkAndTrim<T extends UserValues>(user: T): T {
  check(user);
  return typeof user.name === "string" ? { ...user, name: user.name.trim() } : user;
}
