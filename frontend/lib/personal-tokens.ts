import { NOT_ONE_LINE } from "./account-bounds.ts";

/** What a personal access token may be used for. The backend requires the first for reading, the second for changing. */
export const TOKEN_SCOPES = ["tasks:read", "tasks:write"] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

/** In days. */
export const TOKEN_LIFETIMES = [30, 90, 365] as const;
export type TokenLifetime = (typeof TOKEN_LIFETIMES)[number];

/** In characters (Unicode scalar values), after trimming. */
export const TOKEN_NAME_MAX_LENGTH = 100;

/** Tokens of one account that are valid at the same time. */
export const MAX_PERSONAL_TOKENS = 50;

export type NewPersonalToken = { name: string; scopes: TokenScope[]; days: TokenLifetime };

/** The error codes of a new token, and the texts that the form shows. */
export const PERSONAL_TOKEN_MESSAGES = {
  TOKEN_NAME_REQUIRED: "Enter a name, so that you recognise the token later.",
  TOKEN_NAME_TOO_LONG: `Use at most ${TOKEN_NAME_MAX_LENGTH} characters.`,
  TOKEN_NAME_NOT_ONE_LINE: "Use one line without invisible characters.",
  TOKEN_SCOPES_INVALID: "Choose at least one.",
  TOKEN_LIFETIME_INVALID: "Choose 30 days, 90 days or a year.",
} as const;

export type PersonalTokenCode = keyof typeof PERSONAL_TOKEN_MESSAGES;

type Values = { name?: unknown; scopes?: unknown; days?: unknown };

/** Returns the values of a new token with its name trimmed, or the code of the first value that is not valid. */
export function parseNewPersonalToken({ name, scopes, days }: Values): NewPersonalToken | PersonalTokenCode {
  const trimmed = typeof name === "string" ? name.trim() : "";
  if (trimmed === "") return "TOKEN_NAME_REQUIRED";
  if (NOT_ONE_LINE.test(trimmed)) return "TOKEN_NAME_NOT_ONE_LINE";
  if ([...trimmed].length > TOKEN_NAME_MAX_LENGTH) return "TOKEN_NAME_TOO_LONG";
  const isValid = Array.isArray(scopes) && scopes.length > 0 && scopes.every(isScope);
  if (!isValid) return "TOKEN_SCOPES_INVALID";
  const lifetime = TOKEN_LIFETIMES.find((each) => each === days);
  if (!lifetime) return "TOKEN_LIFETIME_INVALID";
  return { name: trimmed, scopes: TOKEN_SCOPES.filter((scope) => scopes.includes(scope)), days: lifetime };
}

const isScope = (value: unknown): value is TokenScope => TOKEN_SCOPES.some((scope) => scope === value);

/** A command for a shell that uses the token once: it lists the tasks, or adds one if the token may only change them. */
export function curlCommand(tasksUrl: string, token: string, scopes: readonly string[]): string {
  const authorization = `-H 'Authorization: Bearer ${token}'`;
  if (scopes.includes("tasks:read")) return `curl ${authorization} '${tasksUrl}'`;
  return `curl ${authorization} -H 'Content-Type: application/json' -d '{"title":"Added with curl"}' '${tasksUrl}'`;
}
