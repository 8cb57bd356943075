/** In characters (Unicode scalar values), after trimming. */
export const NAME_MAX_LENGTH = 100;

/** RFC 5321 §4.5.3.1.3 allows a path of 256 octets, two of which are its angle brackets. */
export const EMAIL_MAX_LENGTH = 254;

/** Control and format characters, line and paragraph separators, lone surrogates: none of them belongs into one line of text. */
export const NOT_ONE_LINE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** A name within the bounds, made of one that somebody else has chosen. Empty if nothing is left. */
export function fitName(name: string): string {
  const oneLine = name.replace(new RegExp(NOT_ONE_LINE, "gu"), " ").replace(/\s+/g, " ").trim();
  return [...oneLine].slice(0, NAME_MAX_LENGTH).join("").trim();
}

export type AccountBoundsCode = keyof typeof ACCOUNT_BOUNDS_MESSAGES;

/** The error codes of values that an account cannot have, and the texts that the form shows. */
export const ACCOUNT_BOUNDS_MESSAGES = {
  NAME_REQUIRED: "Enter your name.",
  NAME_TOO_LONG: `Use at most ${NAME_MAX_LENGTH} characters.`,
  NAME_NOT_ONE_LINE: "Use one line without invisible characters.",
  EMAIL_TOO_LONG: `Use an e-mail address of at most ${EMAIL_MAX_LENGTH} characters.`,
  IMAGE_NOT_SUPPORTED: "Accounts have no picture. Leave “image” out.",
} as const;

/** Returns why an account cannot have these values, or undefined. Absent values are not checked. */
export function findBoundsError(user: {
  name?: unknown;
  email?: unknown;
  image?: unknown;
}): AccountBoundsCode | undefined {
  if (typeof user.name === "string") {
    const name = user.name.trim();
    if (name === "") return "NAME_REQUIRED";
    if (NOT_ONE_LINE.test(name)) return "NAME_NOT_ONE_LINE";
    if ([...name].length > NAME_MAX_LENGTH) return "NAME_TOO_LONG";
  }
  if (typeof user.email === "string" && user.email.length > EMAIL_MAX_LENGTH) return "EMAIL_TOO_LONG";
  if (user.image !== undefined && user.image !== null) return "IMAGE_NOT_SUPPORTED";
  return undefined;
}
