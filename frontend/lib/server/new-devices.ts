import type { BetterAuthPlugin } from "better-auth";
import { createAuthMiddleware } from "better-auth/api";
import { isKnown, readKnownBrowser, rememberBrowser } from "./attempt-limits.ts";
import { isProviderSignUp, originOf, reportUnsentMail } from "./security-events-plugin.ts";
import type { SecurityMails } from "./security-mails.ts";

/** A new account has no owner who could be surprised, and the link of a mail proves the mailbox that would be told. */
const PATHS_WITHOUT_MAIL: readonly string[] = ["/sign-up/email", "/verify-email"];

/**
 * Remembers the accounts that have signed in with a browser, and sends a mail when a browser signs in for the first time.
 * It comes after the plugins that end the session of an incomplete sign-in.
 */
export const newDevices = (mails: SecurityMails) =>
  ({
    id: "new-devices",
    hooks: {
      after: [
        {
          matcher: ({ context }) => Boolean(context.newSession),
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession, session, adapter } = ctx.context;
            if (!newSession) return;
            const { id, email } = newSession.user;
            const browser = await readKnownBrowser(ctx);
            // A session that is extended or replaced is no sign-in.
            const isSignUp = PATHS_WITHOUT_MAIL.includes(ctx.path) || isProviderSignUp(ctx);
            const isSignIn = session?.user.id !== id && !isSignUp;
            if (isSignIn && !isKnown(browser, ctx, email.toLowerCase())) {
              const origin = { ...originOf(ctx.headers), at: new Date() };
              await mails.sendAboutNewDevice(adapter, id, origin).catch(reportUnsentMail);
            }
            await rememberBrowser(ctx, browser, email.toLowerCase());
          }),
        },
      ],
    },
  }) satisfies BetterAuthPlugin;
