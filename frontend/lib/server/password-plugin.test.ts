import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hashPassword as hashLikeBetterAuth } from "better-auth/crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createAuth } from "../auth.ts";
import { QueueFullError } from "./bounded-queue.ts";
import { parseConfig } from "./config.ts";
import * as passwordHash from "./password-hash.ts";
import { cookiesOf, createSecret, createTestAuth, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

vi.mock("./password-hash.ts", async (importOriginal) => {
  const original = await importOriginal<typeof passwordHash>();
  return { ...original, hashPassword: vi.fn(original.hashPassword), verifyPassword: vi.fn(original.verifyPassword) };
});
const hashPassword = vi.mocked(passwordHash.hashPassword);
const verifyPassword = vi.mocked(passwordHash.verifyPassword);

const PASSWORD = "a long phrase";
const PHC = /^\$scrypt\$ln=15,r=8,p=3\$/;
type Auth = TestAuth["auth"];

// Several hashes a test, each of 0.3 s and one at a time on two cores.
vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => {
  hashPassword.mockClear();
  verifyPassword.mockClear();
});

const signUp = (auth: Auth, user: object) =>
  sendRequest(auth, "/sign-up/email", {
    body: { name: "Ada Quill", email: "ada@example.com", password: PASSWORD, ...user },
  });

const signIn = (auth: Auth, email: string, password = PASSWORD) =>
  sendRequest(auth, "/sign-in/email", { body: { email, password } });

const changePassword = (auth: Pick<Auth, "handler">, cookie: string, newPassword: string) =>
  sendRequest(auth, "/change-password", { cookie, body: { currentPassword: PASSWORD, newPassword } });

async function errorOf(response: Response): Promise<[number, string]> {
  return [response.status, ((await response.json()) as { code: string }).code];
}

async function readHash(auth: Auth, userId: string): Promise<string> {
  const { internalAdapter } = await auth.$context;
  return (await internalAdapter.findCredentialAccount(userId))?.password ?? "";
}

async function writeHash(auth: Auth, userId: string, hash: string): Promise<void> {
  const { internalAdapter } = await auth.$context;
  await internalAdapter.updatePassword(userId, hash);
}

const REFUSED = [
  ["12345678", "PASSWORD_TOO_COMMON"],
  ["PassWord1", "PASSWORD_TOO_COMMON"],
  ["Quill-Ada-1990", "PASSWORD_TOO_SIMILAR"],
  ["todo2026!", "PASSWORD_TOO_SIMILAR"],
  ["short", "PASSWORD_TOO_SHORT"],
  ["🦊🌵🎈🧭", "PASSWORD_TOO_SHORT"],
  ["x".repeat(129), "PASSWORD_TOO_LONG"],
] as const;

describe("a new password", () => {
  it("sign_up_with_a_known_or_obvious_password_is_refused_without_a_user", async () => {
    const output = ["log", "info", "warn", "error"].map((name) => vi.spyOn(console, name as "log"));
    const { auth } = await createTestAuth();
    for (const [password, code] of [...REFUSED, ["ada@example.com", "PASSWORD_TOO_SIMILAR"]] as const)
      expect(await errorOf(await signUp(auth, { password }))).toEqual([400, code]);
    const { internalAdapter } = await auth.$context;
    expect(await internalAdapter.findUserByEmail("ada@example.com")).toBeNull();
    expect(hashPassword).not.toHaveBeenCalled();
    expect(output.flatMap((each) => each.mock.calls)).toEqual([]);
  });

  it.each([undefined, null, 7, "", { length: 9 }, ["password1"]])(
    "sign_up_with_a_password_that_is_no_text_is_refused: %j",
    async (password) => {
      const { auth } = await createTestAuth();
      expect((await signUp(auth, { password })).status).toBe(400);
    },
  );

  it("password_change_to_a_known_or_obvious_password_is_refused", async () => {
    // The limit for changes is five a minute.
    for (const each of [REFUSED.slice(0, 4), REFUSED.slice(4)]) {
      const { auth } = await createTestAuth();
      const { cookie, id, email } = await signUpUser(auth);
      for (const [newPassword, code] of each)
        expect(await errorOf(await changePassword(auth, cookie, newPassword))).toEqual([400, code]);
      expect(await errorOf(await changePassword(auth, cookie, email))).toEqual([400, "PASSWORD_TOO_SIMILAR"]);
      expect(await passwordHash.verifyPassword({ hash: await readHash(auth, id), password: PASSWORD })).toBe(true);
    }
  });

  it("password_change_with_a_cookie_of_an_older_secret_is_checked_too", async () => {
    const [oldSecret, newSecret] = [createSecret(), createSecret()];
    const old = await createTestAuth({ BETTER_AUTH_SECRET: oldSecret });
    const { cookie, email } = await signUpUser(old.auth);
    const secrets = { BETTER_AUTH_SECRET: "", BETTER_AUTH_SECRETS: `2:${newSecret},1:${oldSecret}` };
    const auth = await createAuth(parseConfig({ ...old.environment, ...secrets }, ""));
    expect(await errorOf(await changePassword(auth, cookie, email))).toEqual([400, "PASSWORD_TOO_SIMILAR"]);
    expect((await changePassword(auth, cookie, "another long phrase")).status).toBe(200);
  });

  it("password_change_without_a_session_is_refused_before_the_password_is_checked", async () => {
    const { auth } = await createTestAuth();
    expect((await changePassword(auth, "", "12345678")).status).toBe(401);
    expect(hashPassword).not.toHaveBeenCalled();
  });

  it("published_password_is_refused_at_sign_up_and_change_when_a_range_service_is_set", async () => {
    const published = "published long phrase";
    const hash = createHash("sha1").update(published).digest("hex").toUpperCase();
    const service = createServer((request, response) =>
      response.end(request.url === `/range/${hash.slice(0, 5)}` ? `${hash.slice(5)}:2` : ""),
    );
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    const { port } = service.address() as AddressInfo;
    const { auth } = await createTestAuth({ PASSWORD_RANGE_URL: `http://127.0.0.1:${port}/range` });
    expect(await errorOf(await signUp(auth, { password: published }))).toEqual([400, "PASSWORD_COMPROMISED"]);
    const { cookie } = await signUpUser(auth);
    expect(await errorOf(await changePassword(auth, cookie, published))).toEqual([400, "PASSWORD_COMPROMISED"]);
    expect((await changePassword(auth, cookie, "another long phrase")).status).toBe(200);
    service.close();
  });
});

describe("the stored hash", () => {
  it("hash_of_sign_up_and_change_is_scrypt_with_its_parameters", async () => {
    const { auth } = await createTestAuth();
    const { cookie, id, email } = await signUpUser(auth);
    expect(await readHash(auth, id)).toMatch(PHC);
    expect((await changePassword(auth, cookie, "another long phrase")).status).toBe(200);
    expect(await readHash(auth, id)).toMatch(PHC);
    expect((await signIn(auth, email)).status).toBe(401);
    expect((await signIn(auth, email, "another long phrase")).status).toBe(200);
  });

  it("hash_of_better_auth_is_renewed_by_a_successful_sign_in_only", async () => {
    const { auth } = await createTestAuth();
    const { id, email } = await signUpUser(auth);
    const older = await hashLikeBetterAuth(PASSWORD);
    await writeHash(auth, id, older);
    expect(await errorOf(await signIn(auth, email, "wrong password"))).toEqual([401, "INVALID_EMAIL_OR_PASSWORD"]);
    expect(await readHash(auth, id)).toBe(older);
    expect((await signIn(auth, email)).status).toBe(200);
    const renewed = await readHash(auth, id);
    expect(renewed).toMatch(PHC);
    expect((await signIn(auth, email)).status).toBe(200);
    expect(await readHash(auth, id)).toBe(renewed);
  });

  it("password_changed_while_its_hash_is_renewed_stays", async () => {
    const { auth } = await createTestAuth();
    const { id, email } = await signUpUser(auth);
    await writeHash(auth, id, await hashLikeBetterAuth(PASSWORD));
    const changed = await passwordHash.hashPassword("another long phrase");
    hashPassword.mockImplementationOnce(async () => {
      await writeHash(auth, id, changed);
      return "$scrypt$of the older password";
    });
    expect((await signIn(auth, email)).status).toBe(200);
    expect(await readHash(auth, id)).toBe(changed);
  });

  it("sign_in_succeeds_when_there_is_no_time_to_renew_the_hash", async () => {
    const { auth } = await createTestAuth();
    const { id, email } = await signUpUser(auth);
    const older = await hashLikeBetterAuth(PASSWORD);
    await writeHash(auth, id, older);
    hashPassword.mockRejectedValueOnce(new QueueFullError());
    const response = await signIn(auth, email);
    expect([response.status, cookiesOf(response)]).toEqual([200, expect.stringContaining("session_token=")]);
    expect(await readHash(auth, id)).toBe(older);
  });
});

describe("hashing", () => {
  it("sign_in_of_an_unknown_user_hashes_once_as_that_of_a_known_one", async () => {
    const { auth } = await createTestAuth();
    const { email } = await signUpUser(auth);
    hashPassword.mockClear();
    expect((await signIn(auth, email, "wrong password")).status).toBe(401);
    expect([hashPassword.mock.calls.length, verifyPassword.mock.calls.length]).toEqual([0, 1]);
    verifyPassword.mockClear();
    expect((await signIn(auth, "unknown@example.com", "wrong password")).status).toBe(401);
    expect([hashPassword.mock.calls.length, verifyPassword.mock.calls.length]).toEqual([1, 0]);
  });

  it("common_password_of_an_existing_account_signs_in", async () => {
    const { auth } = await createTestAuth();
    const { id, email } = await signUpUser(auth);
    await writeHash(auth, id, await hashLikeBetterAuth("password1"));
    expect((await signIn(auth, email, "password1")).status).toBe(200);
    expect((await signIn(auth, "unknown@example.com", "password1")).status).toBe(401);
  });

  it("sign_up_hashes_once_and_before_its_transaction", async () => {
    const { auth } = await createTestAuth();
    const { adapter } = await auth.$context;
    const transaction = vi.spyOn(adapter, "transaction");
    expect((await signUp(auth, {})).status).toBe(200);
    expect(hashPassword).toHaveBeenCalledTimes(1);
    expect(transaction).toHaveBeenCalledTimes(1);
    const [hashed] = hashPassword.mock.invocationCallOrder;
    expect(hashed).toBeLessThan(transaction.mock.invocationCallOrder[0] ?? 0);
  });

  it("full_queue_is_answered_503_with_retry_after", async () => {
    const { auth } = await createTestAuth();
    const { cookie, email } = await signUpUser(auth);
    const requests = [
      () => signUp(auth, {}),
      () => signIn(auth, "unknown@example.com"),
      () => signIn(auth, email),
      () => changePassword(auth, cookie, "another long phrase"),
    ];
    for (const send of requests) {
      hashPassword.mockRejectedValueOnce(new QueueFullError());
      verifyPassword.mockRejectedValueOnce(new QueueFullError());
      const response = await send();
      expect(response.headers.get("retry-after")).toBe("5");
      expect(await errorOf(response)).toEqual([503, "TOO_BUSY"]);
      hashPassword.mockReset();
      verifyPassword.mockReset();
    }
  });
});
