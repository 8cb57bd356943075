import { PASSWORD_MIN_LENGTH } from "../password-length.ts";
import { COMMON_PASSWORDS } from "./common-passwords.ts";

/** What is known about the person who chooses a password. */
export type PasswordOwner = { name?: string; email?: string };

/** Stable codes. The web app shows a text for each (lib/auth-client.ts). */
export type PasswordRule = "PASSWORD_TOO_SHORT" | "PASSWORD_TOO_COMMON" | "PASSWORD_TOO_SIMILAR";

/** Beside the owner's name and e-mail address, the words that are refused as a password (docs/decisions/0062). */
const PRODUCT_WORDS = ["todo"];
const MIN_WORD_LETTERS = 2;
/** More digits than a date has are no trivial addition. */
const MAX_ADDED_DIGITS = 8;

/** The first rule that a new password breaks. */
export function findBrokenRule(password: string, owner: PasswordOwner): PasswordRule | undefined {
  // Better Auth counts UTF-16 code units. A character outside the basic plane has two.
  if ([...password.normalize("NFKC")].length < PASSWORD_MIN_LENGTH) return "PASSWORD_TOO_SHORT";
  if (isCommonPassword(password)) return "PASSWORD_TOO_COMMON";
  if (isSimilarToOwner(password, owner)) return "PASSWORD_TOO_SIMILAR";
  return undefined;
}

export function isCommonPassword(password: string): boolean {
  return COMMON_PASSWORDS.includes(`\n${password.normalize("NFKC").toLowerCase().trim()}\n`);
}

/**
 * Whether the password consists of the owner's name, the parts of the e-mail address and the product's name only. Case,
 * accents, order, repetition, punctuation and up to eight digits make no difference.
 */
export function isSimilarToOwner(password: string, { name = "", email = "" }: PasswordOwner): boolean {
  const localPart = email.split("@")[0] ?? "";
  const texts = [name, email, localPart, ...split(name), ...split(localPart), ...PRODUCT_WORDS];
  const characters = lettersAndDigits(password);
  if (characters && texts.some((text) => lettersAndDigits(text) === characters)) return true;
  const letters = lettersOf(password);
  const words = texts.map(lettersOf).filter((word) => word.length >= MIN_WORD_LETTERS);
  return characters.length - letters.length <= MAX_ADDED_DIGITS && isSequenceOf(words, letters);
}

const split = (text: string): string[] => text.split(/[\s._+-]+/);

/** Without case and accents. */
const lettersAndDigits = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");

const lettersOf = (text: string): string => lettersAndDigits(text).replace(/\P{L}/gu, "");

/** Not a regular expression: a name that was chosen for it would make one slow. */
function isSequenceOf(words: string[], text: string): boolean {
  const isSequenceUntil = [true];
  for (let end = 1; end <= text.length; end++)
    isSequenceUntil[end] = words.some(
      (word) => isSequenceUntil[end - word.length] === true && text.endsWith(word, end),
    );
  return text !== "" && isSequenceUntil[text.length] === true;
}
