import type { BetterAuthPlugin, GenericEndpointContext, User } from "better-auth";
import { APIError, createAuthEndpoint, getSessionFromCtx, requestPasswordReset } from "better-auth/api";
import { deleteSessionCookie } from "better-auth/cookies";
import {
  type AccountLink,
  accountLinkSchema,
  consumeAccountLink,
  deleteLinksSince,
  findAccountLink,
  findRestoration,
  isExpired,
  type LinkDatabase,
} from "./account-links.ts";
import { deleteEmailChanges } from "./email-change.ts";
import { revokeIssuedTokens } from "./revocations.ts";
import { revokePersonalTokens } from "./revoke-personal-tokens.ts";
import { eventRecorder, recordRefusedLink } from "./security-events-plugin.ts";
import { maskEmail } from "./security-mails.ts";
import { removePasskeysAndAccounts, removeTwoStep } from "./sign-in-methods.ts";

/** 32 bytes in base64url. */
const TOKEN_FORMAT = /^[A-Za-z0-9_-]{43}$/;

/** What an event has added was added up to this time before its mail. */
const EVENT_MARGIN_MS = 60_000;

/**
 * The greatest age of a mail that can turn two-step sign-in off, if it was turned on with the event or since. A stranger who turns
 * it on would lock the owner out. Not more, because two-step sign-in also protects from those who can read the mails.
 */
const TWO_STEP_REMOVAL_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * POST /api/auth/account-alert: the button "This was not me" behind the link of a security mail. It ends everything that has
 * access to the account, undoes a change of the e-mail address, and starts a reset of the password by mail. The password of
 * the account no longer works: whoever knows it could sign in again otherwise.
 *
 * The page that the link opens changes nothing, because programs that scan mails open links too.
 */
export const accountReport = () =>
  ({
    id: "account-report",
    schema: accountLinkSchema,
    endpoints: {
      reportAccount: createAuthEndpoint(
        "/account-alert",
        { method: "POST" },
        async (ctx): Promise<{ success: true; email: string; isRestored: boolean }> => {
          const { user, restored } = await protectAccount(ctx);
          await endSessionOfBrowser(ctx, user.id);
          const recorder = eventRecorder(ctx.context);
          await recorder.recordSuccess({ event: "account_reported", user: user.id }, ctx.headers);
          if (restored)
            await recorder.recordSuccess(
              {
                event: "email_change_reverted",
                user: user.id,
                mail: { to: restored.replacedEmail, link: "none" },
              },
              ctx.headers,
            );
          await startPasswordReset(ctx, user.email);
          return { success: true, email: maskEmail(user.email), isRestored: restored !== undefined };
        },
      ),
    },
  }) satisfies BetterAuthPlugin;

const isToken = (value: unknown): value is string => typeof value === "string" && TOKEN_FORMAT.test(value);

type Protection = { user: User; restored: { replacedEmail: string } | undefined };

/** The link is used up last: if something fails, it can be opened again, and what was done is done again. */
async function protectAccount(ctx: GenericEndpointContext): Promise<Protection> {
  const { adapter, internalAdapter } = ctx.context;
  const token: unknown = ctx.body?.token;
  const link = isToken(token) ? await findAccountLink(adapter, token) : null;
  if (!link || !isToken(token) || isExpired(link)) throw refuse(ctx, link);
  const user = await findUser(adapter, link.userId);
  if (!user) throw refuse(ctx, link);
  const since = await restorableSince(adapter, link, user);
  if (since) {
    if (await internalAdapter.findUserByEmail(link.email)) throw refuse(ctx, link, "email_taken");
    await adapter.update({
      model: "user",
      where: [{ field: "id", value: user.id }],
      // The link was mailed to this address, after it had been verified.
      update: { email: link.email, emailVerified: true, updatedAt: new Date() },
    });
  }
  await endAccess(ctx, user.id, link);
  if (!(await consumeAccountLink(adapter, token))) throw refuse(ctx, link);
  if (!since) return { user, restored: undefined };
  await deleteLinksSince(adapter, user.id, since);
  return { user: { ...user, email: link.email }, restored: { replacedEmail: user.email } };
}

/** Since when the address of the link can be restored, if the account has another one now. */
async function restorableSince(database: LinkDatabase, link: AccountLink, user: User): Promise<Date | undefined> {
  return user.email === link.email ? undefined : findRestoration(database, link);
}

/** Ends what a stranger may have: sessions with their access tokens, the password, pending links, and what was added since. */
async function endAccess(ctx: GenericEndpointContext, userId: string, { createdAt }: AccountLink): Promise<void> {
  const { adapter } = ctx.context;
  await ctx.context.internalAdapter.deleteUserSessions(userId);
  await revokePersonalTokens(adapter, userId);
  await revokeIssuedTokens(userId);
  await deleteEmailChanges(adapter, userId);
  // Links that reset the password, and browsers that need no second step.
  await adapter.deleteMany({ model: "verification", where: [{ field: "value", value: userId }] });
  await adapter.updateMany({
    model: "account",
    where: [
      { field: "userId", value: userId },
      { field: "providerId", value: "credential" },
    ],
    update: { password: null },
  });
  const mailedAt = new Date(createdAt).getTime();
  const since = new Date(mailedAt - EVENT_MARGIN_MS);
  await removePasskeysAndAccounts(ctx, userId, since);
  if (Date.now() < mailedAt + TWO_STEP_REMOVAL_MS) await removeTwoStep(ctx, userId, since);
}

function findUser(database: LinkDatabase, userId: string): Promise<User | null> {
  return database.findOne<User>({ model: "user", where: [{ field: "id", value: userId }] });
}

function refuse(ctx: GenericEndpointContext, link: AccountLink | null, reason?: string): APIError {
  const code = reason ?? (link && isExpired(link) ? "token_expired" : "invalid_token");
  recordRefusedLink(ctx.headers, code, link?.userId);
  return new APIError("UNAUTHORIZED", { code: code.toUpperCase(), message: "This link does not work." });
}

/** The session in the database has ended already. A session of another account stays. */
async function endSessionOfBrowser(ctx: GenericEndpointContext, userId: string): Promise<void> {
  const session = await getSessionFromCtx(ctx).catch(() => null);
  if (!session || session.user.id === userId) deleteSessionCookie(ctx);
}

/** By the endpoint of Better Auth. The account is protected already, and the sign-in page can ask for the mail again. */
async function startPasswordReset(ctx: GenericEndpointContext, email: string): Promise<void> {
  const { headers, request, context } = ctx;
  const input = { headers, request, context, body: { email } };
  await requestPasswordReset(input as Parameters<typeof requestPasswordReset>[0]).catch(() =>
    context.logger.error("the reset of a password could not be started for a reported account"),
  );
}
