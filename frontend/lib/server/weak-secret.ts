/**
 * Secrets that are none: copied from an example, or typed to fill the length. The rules are those of the backend
 * (crates/auth-core/src/placeholder.rs), so that a secret is good on both sides or on neither. Each looks at the whole
 * value, and none can hit what a generator makes.
 */
export function isWeakSecret(value: string): boolean {
  const secret = value.toLowerCase();
  return secret === PUBLISHED || repeats(secret) || counts(secret) || talks(secret);
}

/** The key of RFC 7515 A.1, in lower case: it looks random and stands in a specification. */
const PUBLISHED = "aym1sysppbydfgzld3umj1qzkobwvmkoqq-estjqlr_t-1qs0gzh75aktmn3yj0ips4hcguutwjazzr1z9caow";

/** `aaaaaaaa…`, `changemechangeme…`: at most eight characters, said again and again. */
function repeats(secret: string): boolean {
  return [1, 2, 3, 4, 5, 6, 7, 8].some((period) => secret.slice(period) === secret.slice(0, -period));
}

/** `0123456789abcdef…`: nine steps of ten go to the next digit or letter. */
function counts(secret: string): boolean {
  const steps = [...secret].filter((character, at) => at > 0 && isNext(secret[at - 1] ?? "", character)).length;
  return steps * 10 >= (secret.length - 1) * 9;
}

function isNext(a: string, b: string): boolean {
  return /[a-z0-9]/.test(a) && (b.charCodeAt(0) === a.charCodeAt(0) + 1 || (a === "9" && b === "0"));
}

/** `your-super-secret-jwt-key…`: nothing is left when the usual words, small numbers and counted digits are taken away. */
function talks(secret: string): boolean {
  const parts = secret.match(/[a-z]+|[0-9]+|[-_. !',:<>]+|[^a-z0-9\-_. !',:<>]+/g) ?? [];
  let spoken = false;
  let freeDigits = 0;
  for (const part of parts) {
    if (/^[a-z]/.test(part)) {
      if (!isMadeOfWords(part)) return false;
      spoken = true;
    } else if (/^[0-9]/.test(part)) {
      if (!isCounted(part)) freeDigits += part.length;
    } else if (!/^[-_. !',:<>]/.test(part)) {
      return false;
    }
  }
  return spoken && freeDigits <= 6;
}

function isCounted(digits: string): boolean {
  const steps = [...digits].every((digit, at) => {
    const before = digits[at - 1];
    return before === undefined || before === digit || isNext(before, digit);
  });
  return digits.length > 3 && steps;
}

/** Whether some sequence of words spells the letters: `supersecretkey` is three of them. */
function isMadeOfWords(letters: string): boolean {
  const spelled = [true];
  for (let end = 1; end <= letters.length; end++) {
    const start = letters.slice(0, end);
    spelled[end] = WORDS.some((word) => start.endsWith(word) && spelled[end - word.length] === true);
  }
  return spelled[letters.length] === true;
}

const WORDS = [
  "add change changed copy create edit enter fill generate generated insert make modified modify please put",
  "replace replaced set update use used using auth authentication better cookie default dummy encryption",
  "example hmac hs jwt key keys nextauth pass passphrase password phrase placeholder sample secret secrets",
  "session sha sign signing string text token tokens value actual complex extra hex long longer new own",
  "private random randomly real really safe secure shared strong super unique very base bit bits byte bytes",
  "char character characters chars length least min minimum more or plus than api app application backend",
  "demo dev develop development env environment frontend here local localhost prod production server service",
  "todo web a an and any at be before do for from in is it later me must my not now of only our some",
  "something that the this to with you your",
]
  .join(" ")
  .split(" ");
