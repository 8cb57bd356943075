import * as crypto from "node:crypto";
import { hashPassword as hashLikeBetterAuth } from "better-auth/crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { QueueFullError } from "./bounded-queue.ts";
import { hashPassword, needsRehash, verifyPassword } from "./password-hash.ts";

vi.mock("node:crypto", async (importOriginal) => {
  const original = await importOriginal<typeof crypto>();
  return { ...original, scrypt: vi.fn(original.scrypt) };
});
const scrypt = vi.mocked(crypto.scrypt);

const PASSWORD = "a long phrase";
// Both were made by Python's hashlib.scrypt.
const CURRENT_HASH = "$scrypt$ln=15,r=8,p=3$AAECAwQFBgcICQoLDA0ODw$BRkNWk2fZ017grHrvuHh98lV+NoKHBBxz1PPT1W1xmc";
const CHEAPER_HASH = "$scrypt$ln=10,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$3++iU8g9kyDGuOEkruqWevikOqs9boLuXzQM9ZDp7n4";
const BETTER_AUTH_HASH =
  "000102030405060708090a0b0c0d0e0f:2f7f399d921bf0743d2fe4d0c703c305cb701859b9591ff3b7c02585fb84a86e4ec2d99fd4e3c65603253ebc17855d82bd1eb68df6e29d4a3667e58f2f7d0c2f";

beforeEach(() => void scrypt.mockClear());

/** The derivations since the test began, as the sum of N * r * p. */
function work(): number {
  const costs = scrypt.mock.calls.map(([, , , options]) => options as crypto.ScryptOptions);
  return costs.reduce((sum, { N = 0, r = 0, p = 0 }) => sum + N * r * p, 0);
}

describe("a hash", () => {
  it("hash_of_a_new_password_states_its_parameters_and_has_a_salt_of_its_own", async () => {
    const [first, second] = await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD)]);
    expect(first).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
    expect(await verifyPassword({ hash: first, password: PASSWORD })).toBe(true);
    expect(await verifyPassword({ hash: first, password: "a long phrasE" })).toBe(false);
  });

  it.each([CURRENT_HASH, CHEAPER_HASH, BETTER_AUTH_HASH])(
    "hash_of_another_implementation_verifies: %s",
    async (hash) => {
      expect(await verifyPassword({ hash, password: PASSWORD })).toBe(true);
      expect(await verifyPassword({ hash, password: `${PASSWORD} ` })).toBe(false);
    },
  );

  it("hash_made_by_better_auth_verifies", async () => {
    const hash = await hashLikeBetterAuth("пароль из слов");
    expect(await verifyPassword({ hash, password: "пароль из слов" })).toBe(true);
    expect(await verifyPassword({ hash, password: "пароль из слова" })).toBe(false);
  });

  it("password_with_composed_characters_equals_the_decomposed_one", async () => {
    const hash = await hashPassword("très long et \u{e9}crit");
    expect(await verifyPassword({ hash, password: "tre\u0300s long et e\u0301crit" })).toBe(true);
  });

  it.each([
    "",
    "password",
    "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
    CURRENT_HASH.replace("ln=15", "ln=40"),
    CURRENT_HASH.replace("r=8", "r=0"),
    CURRENT_HASH.slice(0, -1),
  ])("hash_of_unknown_format_or_range_is_an_error: %s", async (hash) => {
    const verification = verifyPassword({ hash, password: PASSWORD });
    await expect(verification).rejects.toThrow(/^a stored password hash has/);
    expect(scrypt).not.toHaveBeenCalled();
  });

  it("hash_with_other_parameters_needs_a_new_one", () => {
    expect([CURRENT_HASH, CHEAPER_HASH, BETTER_AUTH_HASH].map(needsRehash)).toEqual([false, true, true]);
  });
});

describe("the work of a failed sign-in", () => {
  it("failed_verification_of_either_format_takes_the_work_of_a_new_hash", async () => {
    await hashPassword(PASSWORD);
    const newHash = work();
    scrypt.mockClear();
    await verifyPassword({ hash: CURRENT_HASH, password: "wrong password" });
    expect(work()).toBe(newHash);
    scrypt.mockClear();
    await verifyPassword({ hash: BETTER_AUTH_HASH, password: "wrong password" });
    expect(work()).toBe(newHash);
  });
});

describe("many hashes at once", () => {
  it("hashes_beyond_the_queue_are_refused_and_the_others_run_a_few_at_once", async () => {
    const release: (() => void)[] = [];
    scrypt.mockImplementation((_password, _salt, length, _options, callback) => {
      release.push(() => callback(null, Buffer.alloc(Number(length))));
    });
    const hashes = Array.from({ length: 100 }, () => hashPassword(PASSWORD).catch((error: unknown) => error));
    await vi.waitFor(() => expect(release.length).toBeGreaterThan(0));
    const running = release.length;
    expect(running).toBeLessThanOrEqual(3);
    for (let finished = 0; finished < running + 32; finished++) {
      await vi.waitFor(() => expect(release.length).toBeGreaterThan(finished));
      expect(release.length - finished).toBeLessThanOrEqual(running);
      release[finished]?.();
    }
    const results = await Promise.all(hashes);
    expect(results.filter((each) => each instanceof QueueFullError)).toHaveLength(100 - running - 32);
    scrypt.mockRestore();
  });
});
