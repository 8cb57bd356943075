import { createHash } from "node:crypto";
import type { BetterAuthOptions, BetterAuthPlugin, GenericEndpointContext, Where } from "better-auth";
import { createAuthMiddleware, isAPIError } from "better-auth/api";
import type { Mailer } from "./mail/mailer.ts";
import { revokeIssuedTokens } from "./revocations.ts";
import { revokePersonalTokens } from "./revoke-personal-tokens.ts";
import { setLinkRecipient } from "./sent-links.ts";
import { removePasskeysAndAccounts, removeTwoStep } from "./sign-in-methods.ts";

const LINK_LIFETIME_SECONDS = 60 * 60;

/** Better Auth's prefix of a link's row, before its token. */
const IDENTIFIER = "reset-password:";
/** Different, because Better Auth also looks for the token as it was sent: a stored hash must not be a token. */
const STORED_IDENTIFIER = "reset-password-hash:";

type ResetUser = { id: string; email: string; name: string; emailVerified: boolean };

/** The user of the link that a request to `/reset-password` contains; undefined for an unknown or expired link. */
export const resetUserOf = (ctx: { context: object }): ResetUser | undefined =>
  (ctx.context as { passwordResetUser?: ResetUser }).passwordResetUser;

/** Better Auth's options for a forgotten password. */
export function passwordResetOptions(baseUrl: string, mailer: Mailer) {
  return {
    resetPasswordTokenExpiresIn: LINK_LIFETIME_SECONDS,
    revokeSessionsOnPasswordReset: true,
    sendResetPassword: async ({ user, token }) => {
      setLinkRecipient(user.id);
      mailer.send(user.email, {
        subject: "Choose a new password",
        paragraphs: ["Somebody has asked for a new password for your Todo account. If that was you, choose it here."],
        // Browsers do not send the part behind # to any server, so the token is in no log.
        action: { label: "Choose a new password", url: `${baseUrl}/reset-password#token=${token}` },
        note: "The link works once, and for one hour. If it wasn’t you, ignore this mail: your password stays as it is.",
      });
    },
  } satisfies Partial<BetterAuthOptions["emailAndPassword"]>;
}

/** The tokens of links are stored as hashes, so that a copy of the database does not open accounts. */
export const verificationStorage = {
  storeIdentifier: {
    default: "plain",
    overrides: {
      [IDENTIFIER]: {
        hash: async (identifier: string) =>
          STORED_IDENTIFIER + createHash("sha256").update(identifier).digest("base64url"),
      },
    },
  },
} satisfies BetterAuthOptions["verification"];

/**
 * What a new password ends: all links for new passwords, all access tokens, and after a link also pending sign-ins and
 * trusted devices. Sessions are ended by Better Auth. Two-step sign-in and passkeys stay.
 */
export const passwordReset = () =>
  ({
    id: "password-reset",
    init: ({ adapter }) => ({
      options: {
        databaseHooks: {
          user: {
            delete: {
              after: async ({ id }) => void (await adapter.deleteMany({ model: "verification", where: rowsOf(id) })),
            },
          },
        },
      },
    }),
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === "/reset-password",
          handler: createAuthMiddleware(async (ctx) => {
            const passwordResetUser = await findResetUser(ctx);
            return { context: { context: { passwordResetUser } } };
          }),
        },
      ],
      after: [
        {
          matcher: ({ path, context }) => path === "/reset-password" && !isAPIError(context.returned),
          handler: createAuthMiddleware(async (ctx) => {
            const user = resetUserOf(ctx);
            if (!user) return;
            const { adapter, internalAdapter } = ctx.context;
            await adapter.deleteMany({ model: "verification", where: rowsOf(user.id) });
            // The link was sent to the address.
            if (!user.emailVerified) {
              // Somebody else may have signed up with an address that was never confirmed, and would keep access by them.
              await removePasskeysAndAccounts(ctx, user.id);
              await removeTwoStep(ctx, user.id);
              await internalAdapter.updateUser(user.id, { emailVerified: true });
            }
            await revokePersonalTokens(adapter, user.id);
            await revokeIssuedTokens(user.id);
          }),
        },
        {
          matcher: ({ path, context }) => path === "/change-password" && !isAPIError(context.returned),
          handler: createAuthMiddleware(async (ctx) => {
            const user = ctx.context.session?.user.id;
            if (user) await endPasswordResetLinks(ctx, user);
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;

/** Ends the links for a new password, for example because they were sent to an address that is not the user's any more. */
export async function endPasswordResetLinks({ context }: GenericEndpointContext, userId: string): Promise<void> {
  const links: Where = { field: "identifier", operator: "starts_with", value: STORED_IDENTIFIER };
  await context.adapter.deleteMany({ model: "verification", where: [...rowsOf(userId), links] });
}

/** Rows of other kinds contain the user's id in a longer value or in their identifier only. */
const rowsOf = (userId: string): Where[] => [{ field: "value", value: userId }];

async function findResetUser({ body, context }: GenericEndpointContext): Promise<ResetUser | undefined> {
  const link = await context.internalAdapter.findVerificationValue(`${IDENTIFIER}${String(body?.token ?? "")}`);
  if (!link || link.expiresAt < new Date()) return undefined;
  return (await context.internalAdapter.findUserById(link.value)) ?? undefined;
}
