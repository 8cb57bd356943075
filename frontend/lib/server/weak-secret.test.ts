import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { readPlaceholderWords } from "./placeholder-words.ts";
import { isWeakSecret } from "./weak-secret.ts";

it.each([
  ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "repeated character"],
  ["changemechangemechangemechangeme", "repeated phrase"],
  ["0123456789abcdef0123456789abcdef", "sequence"],
  ["your-super-secret-jwt-key-min-32-chars-long", "phrase"],
  ["better-auth-secret-12345678901234567890", "phrase with a digit sequence"],
  ["AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow", "key of RFC 7515 A.1"],
])("secret %s is weak: %s", (secret) => {
  expect(isWeakSecret(secret)).toBe(true);
});

it.each([
  ["secret-with-a-zebra-in-the-middle-of-it", "a word that is not listed"],
  ["secret-key-1234567-8192736-4455", "more than six other digits"],
  ["test-secret-test-secret-for-automated-tests", "test is not listed"],
])("secret %s is not weak: %s", (secret) => {
  expect(isWeakSecret(secret)).toBe(false);
});

it("generated secret is not weak", () => {
  for (let count = 0; count < 100; count++) {
    expect(isWeakSecret(randomBytes(32).toString("base64"))).toBe(false);
    expect(isWeakSecret(randomBytes(32).toString("hex"))).toBe(false);
  }
});

it("every word of the backend's list makes a weak phrase", () => {
  const words = readPlaceholderWords(fileURLToPath(new URL("../..", import.meta.url))).split(" ");
  expect(words.length).toBeGreaterThan(100);
  for (const word of words) {
    expect(word).toMatch(/^[a-z]+$/);
    expect(isWeakSecret(`please-replace-${word}-before-production`)).toBe(true);
  }
});
