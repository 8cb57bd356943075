/**
 * Secrets that were copied from an example or typed to fill the length. The rules are those of the backend
 * (crates/auth-core/src/keys/weak_secret.rs), so that both accept the same secrets. Each rule applies to the whole value,
 * and none matches generated secrets.
 */
export function isWeakSecret(value: string): boolean {
  const secret = value.toLowerCase();
  return secret === RFC_7515_KEY || isRepetition(secret) || isSequence(secret) || isPlaceholderPhrase(secret);
}

/** The key of RFC 7515 A.1 in lower case. It looks random and is published. */
const RFC_7515_KEY = "aym1sysppbydfgzld3umj1qzkobwvmkoqq-estjqlr_t-1qs0gzh75aktmn3yj0ips4hcguutwjazzr1z9caow";

const MAX_PERIOD = 8;

/** `aaaaaaaa…`, `changemechangeme…`: a repetition of at most eight characters. */
function isRepetition(secret: string): boolean {
  const periods = Array.from({ length: MAX_PERIOD }, (_, index) => index + 1);
  return periods.some((period) => secret.slice(period) === secret.slice(0, -period));
}

/** `0123456789abcdef…`: nine of ten characters follow their predecessor. */
function isSequence(secret: string): boolean {
  const steps = [...secret].filter(
    (character, index) => index > 0 && isNext(secret[index - 1] ?? "", character),
  ).length;
  return steps * 10 >= (secret.length - 1) * 9;
}

function isNext(a: string, b: string): boolean {
  return /[a-z0-9]/.test(a) && (b.charCodeAt(0) === a.charCodeAt(0) + 1 || (a === "9" && b === "0"));
}

const MAX_OTHER_DIGITS = 6;

/** `your-super-secret-jwt-key…`: only placeholder words, separators, digit sequences and at most six other digits. */
function isPlaceholderPhrase(secret: string): boolean {
  const parts = secret.match(/[a-z]+|[0-9]+|[-_. !',:<>]+|[^a-z0-9\-_. !',:<>]+/g) ?? [];
  let hasWords = false;
  let otherDigits = 0;
  for (const part of parts) {
    if (/^[a-z]/.test(part)) {
      if (!isWordSequence(part)) return false;
      hasWords = true;
    } else if (/^[0-9]/.test(part)) {
      if (!isDigitSequence(part)) otherDigits += part.length;
    } else if (!/^[-_. !',:<>]/.test(part)) {
      return false;
    }
  }
  return hasWords && otherDigits <= MAX_OTHER_DIGITS;
}

/** At least four digits, each of which equals or follows its predecessor. */
function isDigitSequence(digits: string): boolean {
  const steps = [...digits].every((digit, index) => {
    const previous = digits[index - 1];
    return previous === undefined || previous === digit || isNext(previous, digit);
  });
  return digits.length > 3 && steps;
}

/** Whether the letters are a sequence of placeholder words: `supersecretkey` is three of them. */
function isWordSequence(letters: string): boolean {
  const isSequenceUntil = [true];
  for (let end = 1; end <= letters.length; end++) {
    const prefix = letters.slice(0, end);
    isSequenceUntil[end] = WORDS.some((word) => prefix.endsWith(word) && isSequenceUntil[end - word.length] === true);
  }
  return isSequenceUntil[letters.length] === true;
}

const WORDS = placeholderWords();

/** Set by next.config.ts and vitest.config.ts at build time from the backend's list. */
function placeholderWords(): string[] {
  const words = process.env.PLACEHOLDER_WORDS;
  if (!words) throw new Error("PLACEHOLDER_WORDS was not set at build time");
  return words.split(" ");
}
