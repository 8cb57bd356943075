import { ACCOUNT_BOUNDS_MESSAGES } from "./account-bounds.ts";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "./password-length.ts";

/**
 * Better Auth's browser client, reduced to what this app calls. The methods have the names of `better-auth/client`, so that
 * the package can replace this file. It is not used because of its size (docs/decisions/0026).
 */
export const authClient = {
  signIn: { email: (body: { email: string; password: string }) => post<{ user: User }>("sign-in/email", body) },
  signUp: {
    email: (body: { name: string; email: string; password: string }) => post<{ user: User }>("sign-up/email", body),
  },
  signOut: () => post<{ success: boolean }>("sign-out", {}),
  changePassword: (body: { currentPassword: string; newPassword: string; revokeOtherSessions: boolean }) =>
    post<unknown>("change-password", body),
  updateUser: (body: { name: string }) => post<{ status: boolean }>("update-user", body),
  deleteUser: (body: { password?: string }) => post<unknown>("delete-user", body),
  reauthenticate: (body: { password: string }) => post<{ success: boolean }>("reauthenticate", body),
  /** How the user of this session can authenticate again. */
  reauthenticationMethods: () => get<{ password: boolean; passkey: boolean }>("reauthentication-methods"),
};

export type User = { id: string; name: string; email: string };

/** As in Better Auth's client: either `data` or `error`. */
export type AuthResult<T> = { data: T; error: null } | { data: null; error: AuthError };

/** `message` is shown to the user; `field` is the input that it is about. */
export type AuthError = { field?: AuthField; message: string; code?: string };

export type AuthField = "name" | "email" | "password";

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
  TOO_BUSY: {
    message: "Too many people are signing in at the moment. Nothing was changed; try again in a few seconds.",
  },
  TASKS_NOT_DELETED: {
    message: "Your tasks can’t be deleted right now, so your account was kept. Try again in a moment.",
  },
  EXPORT_UNAVAILABLE: {
    message: "Your tasks can’t be read right now, so no file was made. Try again in a moment.",
  },
  INVALID_ORIGIN: { message: "This page was opened at an address that the server doesn’t know." },
};

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
  const [amount, unit] = seconds > 120 ? [Math.ceil(seconds / 60), "minute"] : [seconds, "second"];
  return `Too many attempts. Try again in ${amount} ${unit}${amount === 1 ? "" : "s"}.`;
}
