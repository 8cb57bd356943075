import { type Auth, type BetterAuthOptions, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { jwt } from "better-auth/plugins";
import { createAuthOptions } from "./auth-options.ts";
import { parseConfig } from "./config.ts";
import { openDatabase } from "./database.ts";
import { createRecordingMailer } from "./mail/test-mailer.ts";
import { signingKeyOptions } from "./signing-key.ts";
import { createTestEnvironment } from "./test-utils.ts";

/** The token of the last mail of each kind. */
export type MailTokens = { verification: string; emailChange: string; deletion: string; passwordReset: string };

export type LinkAuth = Awaited<ReturnType<typeof createLinkAuth>>;

/**
 * Better Auth with the options of this app, and all its features that sign other tokens: links in mails, and a cookie that
 * caches the session. Nothing is in front of its routes, and nothing limits their rate.
 */
export async function createLinkAuth(variables: Record<string, string>) {
  const environment = createTestEnvironment(variables);
  const config = parseConfig(environment, "");
  const database = openDatabase(config.database);
  const getApiToken = async (headers: Headers) => {
    const response = await auth.handler(new Request(`${config.baseUrl}/api/auth/api-token`, { headers }));
    return ((await response.json()) as { token: string }).token;
  };
  const mailer = createRecordingMailer();
  const app = createAuthOptions(config, database, getApiToken, mailer);
  // The links of this app are read from its own mails.
  const lastLink = () => mailer.mails.at(-1)?.action?.url.split("#token=")[1] ?? "";
  const mails: MailTokens = { verification: "", emailChange: "", deletion: "", passwordReset: "" };
  const keys = signingKeyOptions(config.apiToken);
  const options: BetterAuthOptions = {
    ...app,
    emailVerification: {
      ...app.emailVerification,
      sendVerificationEmail: async (mail, request) => {
        await app.emailVerification.sendVerificationEmail(mail, request);
        mails.verification = lastLink();
      },
    },
    emailAndPassword: {
      ...app.emailAndPassword,
      sendResetPassword: async (mail) => {
        await app.emailAndPassword.sendResetPassword(mail);
        mails.passwordReset = lastLink();
      },
    },
    user: {
      deleteUser: {
        ...app.user.deleteUser,
        sendDeleteAccountVerification: async ({ token }: Mail) => {
          mails.deletion = token;
        },
      },
      changeEmail: {
        enabled: true,
        sendChangeEmailConfirmation: async ({ token }: Mail) => {
          mails.emailChange = token;
        },
      },
    },
    session: { ...app.session, cookieCache: { enabled: true, strategy: "jwt" as const, maxAge: 300 } },
    plugins: app.plugins.map((plugin) => (plugin.id === "jwt" ? jwt({ ...keys, sessionCookieCache: true }) : plugin)),
    rateLimit: { enabled: false },
  };
  await (await getMigrations(options)).runMigrations();
  const auth: Auth<BetterAuthOptions> = betterAuth(options);
  return { auth, config, mails, securityMails: mailer.mails };
}

type Mail = { token: string };
