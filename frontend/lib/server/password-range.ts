import { createHash } from "node:crypto";

const TIMEOUT_MS = 1_500;
/** A padded answer has about 40 KB. */
const MAX_ANSWER_BYTES = 256 * 1024;
const PREFIX_LENGTH = 5;

/**
 * Asks a service with the range API of Have I Been Pwned whether a password was published. The service learns the first
 * five of 40 hexadecimal digits of the SHA-1 hash (k-anonymity), and `Add-Padding` hides the length of its answer.
 * Without an answer in time the password counts as unpublished: the service must not be able to stop sign-ups.
 */
export function createPasswordRangeQuery(rangeUrl: string): (password: string) => Promise<boolean> {
  let isFailing = false;
  return async (password) => {
    const hash = createHash("sha1").update(password, "utf8").digest("hex").toUpperCase();
    try {
      const answer = await fetchRange(rangeUrl + hash.slice(0, PREFIX_LENGTH));
      isFailing = false;
      return containsSuffix(answer, hash.slice(PREFIX_LENGTH));
    } catch {
      if (!isFailing) console.warn("web app: PASSWORD_RANGE_URL does not answer; passwords are accepted without it");
      isFailing = true;
      return false;
    }
  };
}

async function fetchRange(url: string): Promise<string> {
  const response = await fetch(url, {
    headers: { "add-padding": "true", "user-agent": "todo-web" },
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok || !response.body) throw new Error(`status ${response.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error("the answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("latin1");
}

/** Lines are `SUFFIX:count`. Padding has the count 0. */
function containsSuffix(answer: string, suffix: string): boolean {
  return answer.split(/\r?\n/).some((line) => {
    const [lineSuffix, count] = line.split(":");
    return lineSuffix?.toUpperCase() === suffix && Number(count) > 0;
  });
}
