import type { BetterAuthPlugin, GenericEndpointContext } from "better-auth";
import { APIError, createAuthMiddleware, getAuthoritativeSessionFromCtx } from "better-auth/api";

/** A session is fresh so long after its sign-in. Better Auth requires it where an action needs no password. */
export const FRESH_SESSION_SECONDS = 10 * 60;

/** Routes that require a recent reauthentication. */
export const SENSITIVE_ROUTES: readonly string[] = ["/personal-tokens/create"];

/** How a user proves, with the request itself, to be the owner of the account. */
type Reauthentication = (ctx: GenericEndpointContext) => boolean | Promise<boolean>;

/**
 * One of these is required. The endpoint itself compares the password, so that it is hashed once. A fresh check of a
 * passkey or of a one-time code is added here, and must itself verify the proof.
 */
const REAUTHENTICATIONS: readonly Reauthentication[] = [hasPassword];

function hasPassword({ path, body }: GenericEndpointContext): boolean {
  // The link of a deletion mail is opened with GET and has no password.
  return path === "/delete-user" && typeof body?.password === "string" && body.password !== "";
}

/**
 * Requires the user to authenticate again before the account is deleted. Better Auth's own check is the age of the session
 * or a link in a mail: a browser that is left open, or a mailbox, would suffice.
 */
export const reauthentication = () =>
  ({
    id: "reauthentication",
    hooks: {
      before: [
        {
          // Every endpoint of Better Auth that deletes the account of the session.
          matcher: ({ path }) => path === "/delete-user" || path === "/delete-user/callback",
          handler: createAuthMiddleware(async (ctx) => {
            // Without a session the endpoint answers 401.
            if (!(await getAuthoritativeSessionFromCtx(ctx))) return;
            for (const isReauthenticated of REAUTHENTICATIONS) if (await isReauthenticated(ctx)) return;
            throw new APIError("FORBIDDEN", {
              code: "PASSWORD_REQUIRED",
              message: "Enter your current password to delete your account.",
            });
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;
