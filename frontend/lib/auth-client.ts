/** What Better Auth answered: done, or why not, and for which field where there is one. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: AuthError };

export type Field = "name" | "email" | "password";
export type AuthError = { field?: Field; text: string; code?: string };

export type Person = { id: string; name: string; email: string };

export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 128;

export const AWAY = "The server can’t be reached. Nothing was changed; try again in a moment.";

export const signIn = (body: { email: string; password: string }) => post<{ user: Person }>("sign-in/email", body);

export const signUp = (body: { name: string; email: string; password: string }) =>
  post<{ user: Person }>("sign-up/email", body);

export const signOut = () => post<{ success: boolean }>("sign-out", {});

export const changePassword = (body: { currentPassword: string; newPassword: string }) =>
  post<unknown>("change-password", { ...body, revokeOtherSessions: true });

export const deleteAccount = (body: { password: string }) => post<unknown>("delete-user", body);

async function post<T>(path: string, body: object): Promise<Outcome<T>> {
  try {
    const response = await fetch(`/api/auth/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      cache: "no-store",
    });
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok) return { ok: true, value: answer as T };
    return { ok: false, problem: explain(response.status, codeOf(answer), response.headers) };
  } catch {
    return { ok: false, problem: { text: AWAY } };
  }
}

function codeOf(answer: unknown): string {
  return typeof answer === "object" && answer !== null && "code" in answer ? String(answer.code) : "";
}

const TEXTS: Record<string, AuthError> = {
  // One text for both, so that nobody learns here who has an account.
  INVALID_EMAIL_OR_PASSWORD: { text: "This e-mail address and password don’t belong together." },
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: {
    field: "email",
    text: "There is an account with this e-mail address already.",
  },
  USER_ALREADY_EXISTS: { field: "email", text: "There is an account with this e-mail address already." },
  INVALID_EMAIL: { field: "email", text: "This is not an e-mail address." },
  INVALID_PASSWORD: { field: "password", text: "This is not your password." },
  PASSWORD_TOO_SHORT: { field: "password", text: `Use at least ${PASSWORD_MIN} characters.` },
  PASSWORD_TOO_LONG: { field: "password", text: `Use at most ${PASSWORD_MAX} characters.` },
  TASKS_NOT_DELETED: {
    text: "Your tasks can’t be deleted right now, so your account was kept. Try again in a moment.",
  },
  INVALID_ORIGIN: { text: "This page was opened at an address that the server doesn’t know." },
};

export function explain(status: number, code: string, headers: Headers): AuthError {
  const known = TEXTS[code];
  if (known) return { ...known, code };
  if (status === 429) return { text: tooMany(Number(headers.get("x-retry-after"))), code: "TOO_MANY" };
  if (status >= 500) return { text: AWAY };
  if (status === 401) return { text: "You are signed out. Sign in again.", code: "SIGNED_OUT" };
  return { text: "That did not work. Check what you typed and try again." };
}

function tooMany(seconds: number): string {
  if (!(seconds > 0)) return "Too many attempts. Wait a minute, then try again.";
  return `Too many attempts. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
}
