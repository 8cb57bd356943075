import { ACCOUNT_BOUNDS_MESSAGES } from "./account-bounds.ts";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "./password-length.ts";
import { MAX_PERSONAL_TOKENS, PERSONAL_TOKEN_MESSAGES } from "./personal-tokens.ts";

/**
 * Better Auth's browser client, reduced to what this app calls. The methods have the names of `better-auth/client`, so that
 * the package can replace this file. It is not used because of its size (docs/decisions/0026).
 */
export const authClient = {
  signIn: {
    email: signInEmail,
    social: (body: SocialStart) => post<{ url: string }>("sign-in/social", body),
  },
  /** `user` is null if the address has to be confirmed first. */
  signUp: {
    email: (body: { name: string; email: string; password: string }) =>
      post<{ user: User | null }>("sign-up/email", body),
  },
  signOut: () => post<{ success: boolean }>("sign-out", {}),
  changePassword: (body: { currentPassword: string; newPassword: string; revokeOtherSessions: boolean }) =>
    post<unknown>("change-password", body),
  requestPasswordReset: (body: { email: string }) => post<{ status: boolean }>("request-password-reset", body),
  resetPassword: (body: { token: string; newPassword: string }) => post<{ status: boolean }>("reset-password", body),
  sendVerificationEmail: (body: { email: string }) => post<{ status: boolean }>("send-verification-email", body),
  /** With POST, see lib/server/email-verification.ts. */
  verifyEmail: (body: { token: string }) => post<{ status: boolean }>("verify-email", body),
  updateUser: (body: { name: string }) => post<{ status: boolean }>("update-user", body),
  deleteUser: (body: { password?: string }) => post<unknown>("delete-user", body),
  reauthenticate: (body: { password: string }) => post<{ success: boolean }>("reauthenticate", body),
  /** How the user of this session can authenticate again. */
  reauthenticationMethods: () => get<{ password: boolean; passkey: boolean }>("reauthentication-methods"),
  changeEmail: (body: { newEmail: string }) => post<{ status: boolean }>("change-email", body),
  cancelEmailChange: () => post<{ success: boolean }>("cancel-email-change", {}),
  /** The link "This was not me" of a security mail. */
  reportAccount: (body: { token: string }) =>
    post<{ success: boolean; email: string; isRestored: boolean }>("account-alert", body),
  /** The password is left out for accounts that have none. */
  twoFactor: {
    enable: (body: PasswordBody) => post<{ totpURI: string; backupCodes: string[] }>("two-factor/enable", body),
    disable: (body: PasswordBody) => post<{ status: boolean }>("two-factor/disable", body),
    generateBackupCodes: (body: PasswordBody) =>
      post<{ backupCodes: string[] }>("two-factor/generate-backup-codes", body),
    verifyTotp: (body: CodeBody) => post<{ user: User }>("two-factor/verify-totp", body),
    verifyBackupCode: (body: CodeBody) => post<{ user: User }>("two-factor/verify-backup-code", body),
  },
  linkSocial: (body: SocialStart) => post<{ url: string }>("link-social", body),
  unlinkAccount: (body: { accountId: string }) => post<unknown>("unlink-account", body),
  personalTokens: {
    create: (body: { name: string; scopes: string[]; days: number }) =>
      post<{ token: string; personalToken: { scopes: string[] } }>("personal-tokens/create", body),
    revoke: (body: { id: string }) => post<unknown>("personal-tokens/revoke", body),
  },
};

type PasswordBody = { password?: string };
type CodeBody = { code: string; trustDevice?: boolean };

/** `user` is null if the second step has to follow. */
async function signInEmail(body: { email: string; password: string }): Promise<AuthResult<{ user: User | null }>> {
  const result = await post<{ user: User } | { twoFactorRedirect: true }>("sign-in/email", body);
  if (result.error) return result;
  return { data: { user: "user" in result.data ? result.data.user : null }, error: null };
}

/** The pages that the provider sends the browser back to are paths of this app. */
type SocialStart = { provider: string; callbackURL: string; errorCallbackURL: string };

export type User = { id: string; name: string; email: string };

/** As in Better Auth's client: either `data` or `error`. */
export type AuthResult<T> = { data: T; error: null } | { data: null; error: AuthError };

/** `message` is shown to the user; `field` is the input that it is about. */
export type AuthError = { field?: AuthField; message: string; code?: string };

export type AuthField = "name" | "email" | "password" | "code" | "scopes";

/** The code of an action that requires the user to authenticate again. */
export const REAUTHENTICATION_REQUIRED = "REAUTHENTICATION_REQUIRED";

export const SERVER_UNREACHABLE = "The server can’t be reached. Nothing was changed; try again in a moment.";

export const get = <T>(path: string) => send<T>(path, {});

export const post = <T>(path: string, body: object) =>
  send<T>(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

async function send<T>(path: string, init: RequestInit): Promise<AuthResult<T>> {
  try {
    const response = await fetch(`/api/auth/${path}`, { ...init, cache: "no-store" });
    const data: unknown = await response.json().catch(() => null);
    if (response.ok) return { data: data as T, error: null };
    return { data: null, error: authErrorFor(response.status, errorCode(data), response.headers) };
  } catch {
    return { data: null, error: { message: SERVER_UNREACHABLE } };
  }
}

function errorCode(body: unknown): string {
  return typeof body === "object" && body !== null && "code" in body ? String(body.code) : "";
}

const LINK_REFUSED = {
  message: "This link does not work: it was used already, has expired or is not complete.",
};

/** Better Auth's error codes. */
const ERRORS: Record<string, AuthError> = {
  // One text for both causes, so that it does not disclose whether an account exists.
  INVALID_EMAIL_OR_PASSWORD: { message: "This e-mail address and password don’t belong together." },
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: {
    field: "email",
    message: "There is an account with this e-mail address already.",
  },
  USER_ALREADY_EXISTS: { field: "email", message: "There is an account with this e-mail address already." },
  INVALID_EMAIL: { field: "email", message: "This is not an e-mail address." },
  NAME_REQUIRED: { field: "name", message: ACCOUNT_BOUNDS_MESSAGES.NAME_REQUIRED },
  NAME_TOO_LONG: { field: "name", message: ACCOUNT_BOUNDS_MESSAGES.NAME_TOO_LONG },
  NAME_NOT_ONE_LINE: { field: "name", message: ACCOUNT_BOUNDS_MESSAGES.NAME_NOT_ONE_LINE },
  EMAIL_TOO_LONG: { field: "email", message: ACCOUNT_BOUNDS_MESSAGES.EMAIL_TOO_LONG },
  REAUTHENTICATION_REQUIRED: { message: "Nothing was changed, because you did not confirm that it’s you." },
  INVALID_PASSWORD: { field: "password", message: "This is not your password." },
  PASSWORD_TOO_SHORT: { field: "password", message: `Use at least ${PASSWORD_MIN_LENGTH} characters.` },
  PASSWORD_TOO_LONG: { field: "password", message: `Use at most ${PASSWORD_MAX_LENGTH} characters.` },
  PASSWORD_TOO_COMMON: {
    field: "password",
    message: "This is one of the most common passwords, so it would be guessed. Use several unrelated words instead.",
  },
  PASSWORD_TOO_SIMILAR: {
    field: "password",
    message:
      "This is your name, your e-mail address or the name of this app with small changes. Use words that are unrelated to them.",
  },
  PASSWORD_COMPROMISED: {
    field: "password",
    message: "This password is in a published list of stolen passwords. Use another one, and change it elsewhere too.",
  },
  INVALID_TOKEN: LINK_REFUSED,
  USER_NOT_FOUND: LINK_REFUSED,
  TOKEN_EXPIRED: { message: "This link has expired." },
  EMAIL_NOT_VERIFIED: {
    message: "Your e-mail address is not confirmed yet. Open the link in the mail that you get, then sign in.",
  },
  EMAIL_ALREADY_VERIFIED: { message: "Your e-mail address is confirmed already. Load this page again." },
  CHALLENGE_NOT_FOUND: { message: "That took too long. Choose your passkey once more." },
  PASSKEY_NOT_FOUND: { message: "This passkey was removed from its account. Sign in another way." },
  PASSKEY_OF_ANOTHER_ACCOUNT: { message: "This passkey belongs to another account. Use one of your own." },
  AUTHENTICATION_FAILED: { message: "This passkey was not accepted. Try again, or sign in another way." },
  USER_NOT_VERIFIED: {
    message: "Your device did not check that it’s you. Set up a PIN, fingerprint or face in it, then try again.",
  },
  FAILED_TO_VERIFY_REGISTRATION: { message: "The passkey was not accepted. Nothing was changed; try again." },
  PASSKEY_ALREADY_REGISTERED: { message: "This passkey is in use already." },
  TOO_MANY_PASSKEYS: { message: "You have 20 passkeys, which is the most an account can have. Remove one first." },
  LAST_SIGN_IN_METHOD: { message: "This is your only way to sign in. Add another passkey or a password first." },
  PASSKEY_NAME_REQUIRED: { field: "name", message: "Enter a name for the passkey." },
  INVALID_USER: {
    message: "Another account is signed in here. Sign out first, then open the link again.",
  },
  EMAIL_TAKEN: { message: "There is another account with this e-mail address now, so it can’t be used." },
  EMAIL_IS_THE_SAME: { field: "email", message: "This is your address already." },
  INVALID_CODE: {
    field: "code",
    message:
      "This code is wrong. Enter the code that your app shows now. If that does not help, let your phone set its clock by itself.",
  },
  CODE_ALREADY_USED: {
    field: "code",
    message: "Each code can be entered once. Wait until your app shows the next one.",
  },
  INVALID_BACKUP_CODE: { field: "code", message: "This is none of your unused recovery codes." },
  INVALID_TWO_FACTOR_COOKIE: { message: "This sign-in has expired. Enter your password again." },
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: { message: "These were too many wrong codes. Enter your password again." },
  ACCOUNT_TEMPORARILY_LOCKED: {
    message: "There were too many wrong codes for this account. Wait 15 minutes, then try again.",
  },
  TOTP_ALREADY_ENABLED: { message: "Two-step sign-in is on already. Load this page again." },
  TOTP_NOT_ENABLED: { message: "Two-step sign-in is off. Load this page again." },
  TWO_FACTOR_NOT_ENABLED: { message: "Two-step sign-in is off. Load this page again." },
  TOO_BUSY: {
    message: "Too many people are signing in at the moment. Nothing was changed; try again in a few seconds.",
  },
  PROVIDER_UNAVAILABLE: { message: "This service can’t be reached right now. Try again in a moment." },
  FAILED_TO_UNLINK_LAST_ACCOUNT: {
    message: "This is the only way to sign in to your account. Set a password first, or connect another account.",
  },
  SESSION_NOT_FRESH: { message: "You signed in some time ago. Sign out and in again, then repeat this." },
  TASKS_NOT_DELETED: {
    message: "Your tasks can’t be deleted right now, so your account was kept. Try again in a moment.",
  },
  EXPORT_UNAVAILABLE: {
    message: "Your tasks can’t be read right now, so no file was made. Try again in a moment.",
  },
  TOKEN_NAME_REQUIRED: { field: "name", message: PERSONAL_TOKEN_MESSAGES.TOKEN_NAME_REQUIRED },
  TOKEN_NAME_TOO_LONG: { field: "name", message: PERSONAL_TOKEN_MESSAGES.TOKEN_NAME_TOO_LONG },
  TOKEN_NAME_NOT_ONE_LINE: { field: "name", message: PERSONAL_TOKEN_MESSAGES.TOKEN_NAME_NOT_ONE_LINE },
  TOKEN_REQUIRES_VERIFIED_EMAIL: {
    field: "scopes",
    message: "Confirm your e-mail address before you create a token that changes tasks.",
  },
  TOKEN_SCOPES_INVALID: { field: "scopes", message: PERSONAL_TOKEN_MESSAGES.TOKEN_SCOPES_INVALID },
  TOO_MANY_PERSONAL_TOKENS: {
    message: `You have ${MAX_PERSONAL_TOKENS} tokens, which is the most. Revoke one that you don’t use.`,
  },
  TOO_MANY_REVOKED_TOKENS: {
    message: "You have revoked too many tokens that have not ended yet. You can create one when the next of them ends.",
  },
  PERSONAL_TOKEN_NOT_FOUND: { message: "This token has ended already. Reload the page to see the current ones." },
  INVALID_ORIGIN: { message: "This page was opened at an address that the server doesn’t know." },
};

/** Whether the password has to be entered again. */
export const isChallengeOver = (code: string | undefined): boolean =>
  code === "INVALID_TWO_FACTOR_COOKIE" || code === "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE";

export function authErrorFor(status: number, code: string, headers: Headers): AuthError {
  const error = ERRORS[code];
  if (error) return { ...error, code };
  if (status === 429) return { message: rateLimitMessage(retryAfterOf(headers)), code: "TOO_MANY" };
  if (status >= 500) return { message: SERVER_UNREACHABLE };
  if (status === 401) return { message: "You are signed out. Sign in again.", code: "SIGNED_OUT" };
  return { message: "That did not work. Check what you typed and try again." };
}

/** Better Auth's own limiter sends the seconds in X-Retry-After. */
const retryAfterOf = (headers: Headers): number => Number(headers.get("retry-after") ?? headers.get("x-retry-after"));

function rateLimitMessage(seconds: number): string {
  if (!(seconds > 0)) return "Too many attempts. Wait a minute, then try again.";
  if (seconds > 7_200) return `Too many attempts. Try again in ${Math.ceil(seconds / 3_600)} hours.`;
  if (seconds > 120) return `Too many attempts. Try again in ${Math.ceil(seconds / 60)} minutes.`;
  return `Too many attempts. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
}

/** Whether another link is needed. */
export const isLinkError = (error: AuthError | undefined): boolean =>
  ["INVALID_TOKEN", "TOKEN_EXPIRED", "USER_NOT_FOUND"].includes(error?.code ?? "");
