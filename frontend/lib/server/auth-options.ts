import type { BetterAuthOptions, User } from "better-auth";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "../password-length.ts";
import { accountBounds } from "./account-bounds-plugin.ts";
import { accountReport } from "./account-report.ts";
import { answerTime } from "./answer-time.ts";
import { apiTokenPlugin } from "./api-token-plugin.ts";
import { attemptLimits } from "./attempt-limits.ts";
import { CLIENT_IP_HEADER } from "./client-ip.ts";
import type { Config } from "./config.ts";
import { dataExport } from "./data-export.ts";
import type { Database } from "./database.ts";
import { deleteUserData } from "./delete-user-data.ts";
import { createEmailChange, isChangeToken } from "./email-change.ts";
import { emailVerification, emailVerificationOptions, existingUserOptions } from "./email-verification.ts";
import { linkTokens } from "./link-tokens.ts";
import type { Mailer } from "./mail/mailer.ts";
import { newDevices } from "./new-devices.ts";
import { passkeys } from "./passkeys.ts";
import { passwordPlugin } from "./password-plugin.ts";
import { passwordReset, passwordResetOptions, verificationStorage } from "./password-reset.ts";
import { personalTokenPlugin } from "./personal-token-plugin.ts";
import { rateLimits } from "./rate-limits.ts";
import { FRESH_SESSION_SECONDS, reauthentication } from "./reauthentication.ts";
import { revocationsPlugin, revokeSubject } from "./revocations.ts";
import type { Secrets } from "./secrets.ts";
import { securityEventsPlugin } from "./security-events-plugin.ts";
import { SecurityMails } from "./security-mails.ts";
import { sessionCookieRotation } from "./session-cookie-rotation.ts";
import { sessionLastUse } from "./session-last-use.ts";
import { sessionLimits } from "./session-limits.ts";
import { sessionResponses } from "./session-responses.ts";
import { signingKeyOptions, signingKeyPlugins } from "./signing-key.ts";
import { socialSignInOptions, socialSignInPlugins, validateSocialUser } from "./social-sign-in.ts";
import { twoFactorPlugins } from "./two-factor-plugin.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** Better Auth's options: e-mail and password, sessions of a week, and access tokens for the backend. */
export function createAuthOptions(
  config: Config,
  database: Database,
  getApiToken: (headers: Headers) => Promise<string>,
  mailer: Mailer,
) {
  const keys = signingKeyOptions(config.apiToken);
  const securityMails = new SecurityMails(mailer, config.baseUrl);
  const emailChange = createEmailChange(mailer, config.baseUrl);
  const verification = emailVerificationOptions(config.baseUrl, mailer);
  return {
    baseURL: config.baseUrl,
    ...secretOptions(config.secrets),
    database: database.connection,
    trustedOrigins: config.trustedOrigins,
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_MIN_LENGTH,
      maxPasswordLength: PASSWORD_MAX_LENGTH,
      requireEmailVerification: config.requireVerifiedEmail,
      ...passwordResetOptions(config.baseUrl, mailer),
      ...existingUserOptions(config.baseUrl, mailer),
    },
    emailVerification: {
      ...verification,
      sendVerificationEmail: async (mail: { user: User; url: string; token: string }, request?: Request) =>
        isChangeToken(mail.token)
          ? emailChange.sendConfirmation(mail, request)
          : verification.sendVerificationEmail(mail),
    },
    verification: verificationStorage,
    // No cookie cache, so that a revoked session ends with its next request.
    session: { expiresIn: 7 * DAY_SECONDS, updateAge: DAY_SECONDS, freshAge: FRESH_SESSION_SECONDS },
    ...socialSignInOptions(config.socialProviders, config.baseUrl),
    user: {
      // Without `sendChangeEmailConfirmation` one link at the new address changes it. The old address is told.
      changeEmail: { enabled: true },
      ...(config.socialProviders.length > 0 && { validateUserInfo: validateSocialUser }),
      deleteUser: {
        enabled: true,
        beforeDelete: async (user, request) => {
          const token = await getApiToken(request?.headers ?? new Headers());
          await deleteUserData(config.apiUrl, user.id, token);
          await revokeSubject(user.id);
        },
      },
    },
    rateLimit: rateLimits,
    advanced: {
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
      ...cookieOptions(config.baseUrl),
      // Better Auth lists 100 rows by default, and would end a user's further sessions without recording them.
      database: { defaultFindManyLimit: 10_000 },
    },
    plugins: [
      sessionCookieRotation(config.secrets.older),
      answerTime(config.requireVerifiedEmail),
      // Before all that act after a sign-in: a password whose second step is not done is none.
      ...twoFactorPlugins(),
      // Before the plugins that treat a new session as a sign-in: it may still need a second factor.
      ...socialSignInPlugins(config.socialProviders),
      attemptLimits(),
      linkTokens(),
      reauthentication(),
      accountBounds(),
      passkeys(config.baseUrl),
      sessionLimits(),
      passwordReset(),
      sessionLastUse(),
      passwordPlugin(config.passwordRangeUrl),
      apiTokenPlugin(config.apiToken, keys),
      revocationsPlugin(config.apiToken, keys),
      personalTokenPlugin(config.apiToken, keys),
      ...signingKeyPlugins(keys),
      dataExport(config.apiUrl, getApiToken),
      emailChange.plugin,
      accountReport(),
      newDevices(securityMails),
      securityEventsPlugin(config.secrets.current, securityMails),
      emailVerification(config),
      sessionResponses(),
    ],
    // The jwt plugin's token endpoint. /api-token is the only one.
    disabledPaths: ["/token"],
    telemetry: { enabled: false },
    // Only the message, in one line: Better Auth's further arguments may contain personal data, and a message an address that
    // the client has sent.
    logger: {
      level: "error",
      log: (level, message) => console.error(`auth ${level}: ${message.replace(/\p{Cc}/gu, " ")}`),
    },
  } satisfies BetterAuthOptions;
}

/**
 * Under https the cookies have the prefix `__Host-`: browsers accept them only with Secure, for the whole origin and without
 * a domain, so that no other host of the site can set them (RFC 6265bis §4.1.3.2). Better Auth itself only has `__Secure-`.
 */
function cookieOptions(baseUrl: string) {
  if (!baseUrl.startsWith("https:")) return { useSecureCookies: false };
  return { useSecureCookies: false, cookiePrefix: "__Host-better-auth", defaultCookieAttributes: { secure: true } };
}

function secretOptions({ current, versions, older }: Secrets) {
  if (!versions) return { secret: current };
  // Beside `secrets`, Better Auth decrypts data from before there were versions with `secret`.
  return { secrets: versions, secret: older.at(-1) ?? current };
}
