import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import type { BetterAuthOptions, BetterAuthPlugin, GenericEndpointContext } from "better-auth";
import { APIError, createAuthEndpoint, createAuthMiddleware, isAPIError, verifyEmail } from "better-auth/api";
import { decodeJwt } from "jose";
import { isMailAllowed } from "./attempt-limits.ts";
import type { Config } from "./config.ts";
import type { Mailer } from "./mail/mailer.ts";
import { setLinkRecipient } from "./sent-links.ts";
import { verificationDeadline } from "./verification-deadline.ts";

const LINK_LIFETIME_SECONDS = 24 * 60 * 60;

type VerifiedContext = { verifiedUserId?: string };

/** The user whose address the request to `/verify-email` has confirmed, if it was not confirmed before. */
export const verifiedUserOf = (ctx: { context: object }): string | undefined =>
  (ctx.context as VerifiedContext).verifiedUserId;

/** Better Auth's options for the confirmation of addresses. */
export function emailVerificationOptions(baseUrl: string, mailer: Mailer) {
  return {
    sendOnSignUp: true,
    sendOnSignIn: true,
    // A link alone signs nobody in, because that would skip the second step.
    autoSignInAfterVerification: false,
    expiresIn: LINK_LIFETIME_SECONDS,
    sendVerificationEmail: async ({ user, token }) => {
      if (!(await isAllowed(user.email))) return;
      setLinkRecipient(user.id);
      // The mail contains nothing that was typed at sign-up, because anybody can enter anybody's address.
      mailer.send(user.email, {
        subject: "Confirm your e-mail address",
        paragraphs: ["Somebody has created a Todo account with this e-mail address. If that was you, confirm it here."],
        action: { label: "Confirm the address", url: `${baseUrl}/verify-email#token=${token}` },
        note: "The link works for 24 hours. If it wasn’t you, ignore this mail.",
      });
    },
    afterEmailVerification: async ({ id }) => {
      const ctx = tryGetCurrentAuthEndpointContext();
      if (ctx) (ctx.context as VerifiedContext).verifiedUserId = id;
    },
  } satisfies BetterAuthOptions["emailVerification"];
}

/** `/send-verification-email` has a limit of its own, which the user is told about. */
async function isAllowed(email: string): Promise<boolean> {
  const ctx = tryGetCurrentAuthEndpointContext();
  if (!ctx || ctx.path === "/send-verification-email") return true;
  return isMailAllowed(ctx as GenericEndpointContext, email);
}

/** With `requireVerifiedEmail`, the owner of an address that somebody signs up with is told instead. */
export const existingUserOptions = (baseUrl: string, mailer: Mailer) => ({
  onExistingUserSignUp: async ({ user }: { user: { email: string } }) => {
    if (!(await isAllowed(user.email))) return;
    mailer.send(user.email, {
      subject: "You have an account already",
      paragraphs: [
        "Somebody has tried to create a Todo account with this e-mail address. There is one already: sign in with your password.",
        `If you have forgotten it, choose a new one: ${baseUrl}/forgot-password`,
      ],
      action: { label: "Sign in", url: `${baseUrl}/sign-in` },
      note: "If it wasn’t you, ignore this mail: nothing was changed.",
    });
  },
});

/**
 * Confirmation of e-mail addresses. `POST /verify-email` is Better Auth's endpoint with another method: programs that check
 * the links of mails use GET, and would confirm addresses for others.
 */
export function emailVerification({ requireVerifiedEmail, apiToken: { limitsUnverifiedUsers } }: Config) {
  return {
    id: "email-verification",
    schema: { user: { fields: { verifyEmailBy: { type: "date", required: false, input: false } } } },
    init: ({ internalAdapter }) => ({
      options: {
        databaseHooks: {
          session: {
            create: {
              after: async ({ userId }) => {
                if (!limitsUnverifiedUsers) return;
                const user: Record<string, unknown> | null = await internalAdapter.findUserById(userId);
                if (!user || user.emailVerified || user.verifyEmailBy) return;
                await internalAdapter.updateUser(userId, { verifyEmailBy: verificationDeadline() });
              },
            },
          },
        },
      },
    }),
    endpoints: {
      verifyEmailByPost: createAuthEndpoint(
        "/verify-email",
        { method: "POST" },
        async (ctx): Promise<{ status: boolean }> => {
          const token: unknown = ctx.body?.token;
          if (typeof token !== "string") throw new APIError("BAD_REQUEST", { code: "INVALID_TOKEN" });
          await verifyEmail({ ...ctx, method: "GET", query: { token }, body: undefined, asResponse: false });
          return { status: true };
        },
      ),
    },
    hooks: {
      after: [
        {
          // The id of a new user would tell it from a taken address.
          matcher: ({ path, context }) =>
            requireVerifiedEmail && path === "/sign-up/email" && !isAPIError(context.returned),
          handler: createAuthMiddleware(async () => ({ user: null })),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

/** The user in the token of a link. It is not verified here. */
export function unverifiedUserOf(token: unknown): string | undefined {
  try {
    const { userId } = decodeJwt(String(token));
    return typeof userId === "string" ? userId : undefined;
  } catch {
    return undefined;
  }
}
