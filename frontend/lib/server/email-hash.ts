import { createHmac, hkdfSync } from "node:crypto";

const KEY_BYTES = 32;
const HASH_BYTES = 16;

/**
 * Returns a function that replaces an e-mail address in the log: equal addresses have equal hashes, and without the secret a
 * hash cannot be compared with a list of addresses. The key is derived, because the secret itself signs tokens.
 */
export function createEmailHasher(secret: string): (email: string) => string {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "todo security-event e-mail hash", KEY_BYTES));
  return (email) =>
    createHmac("sha256", key).update(email.trim().toLowerCase()).digest().subarray(0, HASH_BYTES).toString("hex");
}
