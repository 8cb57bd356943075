import { decodeJwt } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CLIENT_IP_HEADER } from "./client-ip.ts";
import { createDatabaseVariables, databaseKinds } from "./test-databases.ts";
import { captureEvents } from "./test-events.ts";
import {
  cookiesOf,
  createTestAuth,
  linkTokenOf,
  PASSWORD,
  sendRequest,
  signUpUser,
  type TestAuth,
} from "./test-utils.ts";

// Each test hashes several passwords.
vi.setConfig({ testTimeout: 120_000 });

const NEW_PASSWORD = "another long phrase";
const HOUR_MS = 3_600_000;

const requestLink = ({ auth }: TestAuth, email: string) =>
  sendRequest(auth, "/request-password-reset", { body: { email } });

const reset = ({ auth }: TestAuth, token: string, newPassword = NEW_PASSWORD) =>
  sendRequest(auth, "/reset-password", { body: { token, newPassword } });

const signIn = ({ auth }: TestAuth, email: string, password: string) =>
  sendRequest(auth, "/sign-in/email", { body: { email, password } });

async function tokenFor(app: TestAuth, email: string): Promise<string> {
  expect((await requestLink(app, email)).status).toBe(200);
  return linkTokenOf(app.mails, email);
}

const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code;

type Revocation = { sub?: string; before: number };

async function revocationsOf({ auth }: TestAuth): Promise<Revocation[]> {
  const token = await (await sendRequest(auth, "/revocations")).text();
  return decodeJwt<{ revocations: Revocation[] }>(token).revocations;
}

afterEach(() => void vi.useRealTimers());

describe.each(databaseKinds)("with an %s database", (kind) => {
  it("link sets a new password once, ends all sessions and revokes all access tokens", async () => {
    const log = captureEvents();
    const app = await createTestAuth(await createDatabaseVariables(kind));
    const user = await signUpUser(app.auth);
    const other = await signUpUser(app.auth);
    await signIn(app, user.email, PASSWORD);
    const token = await tokenFor(app, user.email);
    const resetAt = Math.floor(Date.now() / 1000);
    expect((await reset(app, token)).status).toBe(200);

    expect((await signIn(app, user.email, PASSWORD)).status).toBe(401);
    expect((await sendRequest(app.auth, "/api-token", { cookie: user.cookie })).status).toBe(401);
    expect((await sendRequest(app.auth, "/api-token", { cookie: other.cookie })).status).toBe(200);
    const { internalAdapter } = await app.auth.$context;
    expect(await internalAdapter.listSessions(user.id)).toEqual([]);
    const [revocation] = (await revocationsOf(app)).filter(({ sub }) => sub === user.id);
    expect(revocation?.before).toBeGreaterThanOrEqual(resetAt);

    const response = await signIn(app, user.email, NEW_PASSWORD);
    expect(response.status).toBe(200);
    const session = await sendRequest(app.auth, "/api-token", { cookie: cookiesOf(response) });
    const { iat = 0 } = decodeJwt(((await session.json()) as { token: string }).token);
    expect(iat).toBeGreaterThan(revocation?.before ?? Number.POSITIVE_INFINITY);

    expect(log.events("password_reset")).toMatchObject([{ outcome: "success", user: user.id }]);
    expect(log.events("session_revoked")[0]).toMatchObject({ reason: "password_reset", user: user.id });
    expect(await codeOf(await reset(app, token))).toBe("INVALID_TOKEN");
    expect(log.events("link_refused")).toMatchObject([{ outcome: "refused", reason: "invalid_token" }]);
    for (const secret of [user.email, token, NEW_PASSWORD]) expect(log.lines()).not.toContain(secret);
  });

  it("refused link changes nothing: tampered, expired, or of an account that is deleted", async () => {
    const log = captureEvents();
    const app = await createTestAuth(await createDatabaseVariables(kind));
    const [user, deleted] = [await signUpUser(app.auth), await signUpUser(app.auth)];
    const token = await tokenFor(app, user.email);
    const tampered = token.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    for (const wrong of [tampered, token.toUpperCase(), "", " ", "x".repeat(10_000)])
      expect([400, 401], wrong.slice(0, 30)).toContain((await reset(app, wrong)).status);
    const ofDeleted = await tokenFor(app, deleted.email);
    await (await app.auth.$context).internalAdapter.deleteUser(deleted.id);
    expect(["INVALID_TOKEN", "USER_NOT_FOUND"]).toContain(await codeOf(await reset(app, ofDeleted)));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR_MS + 1_000 });
    expect(await codeOf(await reset(app, token))).toBe("INVALID_TOKEN");
    expect(log.events("link_refused").length).toBeGreaterThan(0);
    expect(log.events("password_reset")).toEqual([]);
    expect((await signIn(app, user.email, PASSWORD)).status).toBe(200);
  });

  it("new password ends all other links of the account, and those of other accounts stay", async () => {
    captureEvents();
    const app = await createTestAuth(await createDatabaseVariables(kind));
    const [user, other] = [await signUpUser(app.auth), await signUpUser(app.auth)];
    const [first, second] = [await tokenFor(app, user.email), await tokenFor(app, user.email)];
    const ofOther = await tokenFor(app, other.email);
    expect((await reset(app, second)).status).toBe(200);
    expect(await codeOf(await reset(app, first, "a third long phrase"))).toBe("INVALID_TOKEN");

    const third = await tokenFor(app, user.email);
    const cookie = cookiesOf(await signIn(app, user.email, NEW_PASSWORD));
    const body = { currentPassword: NEW_PASSWORD, newPassword: "a fourth long phrase" };
    expect((await sendRequest(app.auth, "/change-password", { body, cookie })).status).toBe(200);
    expect(await codeOf(await reset(app, third))).toBe("INVALID_TOKEN");
    expect((await reset(app, ofOther)).status).toBe(200);
  });
});

it("link of one account changes no other account, whatever else the request contains", async () => {
  captureEvents();
  const app = await createTestAuth();
  const [user, victim] = [await signUpUser(app.auth), await signUpUser(app.auth)];
  const token = await tokenFor(app, user.email);
  const body = { token, newPassword: NEW_PASSWORD, email: victim.email, userId: victim.id, user: { id: victim.id } };
  expect((await sendRequest(app.auth, "/reset-password", { body, cookie: victim.cookie })).status).toBe(200);
  expect((await signIn(app, victim.email, NEW_PASSWORD)).status).toBe(401);
  expect((await sendRequest(app.auth, "/api-token", { cookie: victim.cookie })).status).toBe(200);
  expect((await signIn(app, user.email, NEW_PASSWORD)).status).toBe(200);
});

it("refused password keeps the link, and the rules about the account's own name and address apply", async () => {
  const log = captureEvents();
  const app = await createTestAuth();
  const user = await signUpUser(app.auth);
  const token = await tokenFor(app, user.email);
  expect(await codeOf(await reset(app, token, "password123"))).toBe("PASSWORD_TOO_COMMON");
  expect(await codeOf(await reset(app, token, user.email))).toBe("PASSWORD_TOO_SIMILAR");
  expect(await codeOf(await reset(app, token, "Ada-Quill-1990"))).toBe("PASSWORD_TOO_SIMILAR");
  expect(await codeOf(await reset(app, token, "short"))).toBe("PASSWORD_TOO_SHORT");
  expect(log.events("link_refused")).toEqual([]);
  expect((await reset(app, token)).status).toBe(200);
});

it("request for a link has the same answer and the same time whether or not the account exists", async () => {
  captureEvents();
  const app = await createTestAuth();
  const user = await signUpUser(app.auth);
  const answers = [];
  for (const email of [user.email, user.email.toUpperCase(), "nobody@example.com"]) {
    const startedAt = performance.now();
    const response = await requestLink(app, email);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(490);
    answers.push({ status: response.status, headers: [...response.headers.keys()], body: await response.text() });
  }
  expect(answers[1]).toEqual(answers[0]);
  expect(answers[2]).toEqual(answers[0]);
  expect(app.mails.filter(({ to }) => to === "nobody@example.com")).toEqual([]);
  expect(app.mails.filter(({ subject }) => subject === "Choose a new password")).toHaveLength(2);
});

it("mail has the link to this app only, wherever the request wants to be redirected", async () => {
  captureEvents();
  const app = await createTestAuth();
  const user = await signUpUser(app.auth);
  for (const redirectTo of ["https://evil.example/x", "//evil.example", "/\\evil.example", "/tasks"])
    await sendRequest(app.auth, "/request-password-reset", { body: { email: user.email, redirectTo } });
  const links = app.mails.filter(({ subject }) => subject === "Choose a new password");
  expect(links.length).toBeGreaterThan(0);
  for (const { action } of links)
    expect(action?.url).toMatch(/^http:\/\/localhost:3000\/reset-password#token=[A-Za-z0-9]{24}$/);
  expect(JSON.stringify(links)).not.toContain("evil");
});

it("sixth request in an hour for an e-mail address is refused, also for an address without an account", async () => {
  const log = captureEvents();
  const app = await createTestAuth();
  const user = await signUpUser(app.auth);
  const answers = [];
  for (const email of [user.email, "nobody@example.com"]) {
    for (let request = 0; request < 5; request++) expect((await requestLink(app, email)).status).toBe(200);
    const response = await requestLink(app, email.toUpperCase());
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(3_500);
    answers.push(response.status);
  }
  expect(answers).toEqual([429, 429]);
  expect(app.mails.filter(({ subject }) => subject === "Choose a new password")).toHaveLength(5);
  expect(log.events("limit_exceeded")[0]).toMatchObject({ limit: "request_password_reset" });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR_MS });
  expect((await requestLink(app, user.email)).status).toBe(200);
});

it("21st request in a minute from one address is refused, for a link and with a link", async () => {
  captureEvents();
  const app = await createTestAuth();
  const post = (path: string, address: string, body: object) => {
    const headers = {
      origin: "http://localhost:3000",
      "content-type": "application/json",
      [CLIENT_IP_HEADER]: address,
    };
    const url = `http://localhost:3000/api/auth${path}`;
    return app.auth.handler(new Request(url, { method: "POST", headers, body: JSON.stringify(body) }));
  };
  for (const [path, bodyOf] of [
    ["/request-password-reset", (index: number) => ({ email: `user-${index}@example.org` })],
    ["/reset-password", (index: number) => ({ token: `guess-${index}`, newPassword: NEW_PASSWORD })],
    ["/verify-email", (index: number) => ({ token: `guess-${index}` })],
    ["/send-verification-email", (index: number) => ({ email: `user-${index}@example.org` })],
  ] as const) {
    const guesses = await Promise.all(Array.from({ length: 20 }, (_, index) => post(path, "192.0.2.1", bodyOf(index))));
    expect(guesses.map(({ status }) => status)).not.toContain(429);
    expect((await post(path, "192.0.2.1", bodyOf(20))).status, path).toBe(429);
    expect((await post(path, "192.0.2.2", bodyOf(21))).status, path).not.toBe(429);
  }
});

it("stored link is a hash that is no link itself", async () => {
  captureEvents();
  const app = await createTestAuth();
  const user = await signUpUser(app.auth);
  const token = await tokenFor(app, user.email);
  const { adapter } = await app.auth.$context;
  const [row] = await adapter.findMany<{ identifier: string }>({ model: "verification" });
  expect(row?.identifier).toMatch(/^reset-password-hash:[\w-]{43}$/);
  expect(row?.identifier).not.toContain(token);
  for (const wrong of [row?.identifier ?? "", row?.identifier.split(":")[1] ?? ""])
    expect(await codeOf(await reset(app, wrong))).toBe("INVALID_TOKEN");
});

it("link confirms the address that it was sent to, and is in the account's activity", async () => {
  const log = captureEvents();
  const app = await createTestAuth();
  const user = await signUpUser(app.auth);
  const { adapter, internalAdapter } = await app.auth.$context;
  expect((await internalAdapter.findUserById(user.id))?.emailVerified).toBe(false);
  await requestLink(app, user.email);
  expect((await reset(app, await tokenFor(app, user.email))).status).toBe(200);
  expect((await internalAdapter.findUserById(user.id))?.emailVerified).toBe(true);
  expect(log.events("email_verified")).toMatchObject([{ user: user.id }]);
  const where = [{ field: "userId", value: user.id }];
  const rows = await adapter.findMany<{ event: string; count: number }>({ model: "accountActivity", where });
  const counts = Object.fromEntries(rows.map(({ event, count }) => [event, count]));
  // Anybody can ask for links, so those of a day share a row.
  expect(counts).toMatchObject({ password_reset_requested: 2, password_reset: 1, email_verified: 1 });
});

it("link for an address that was never confirmed removes what somebody else may have added to sign in", async () => {
  const app = await createTestAuth();
  const { adapter } = await app.auth.$context;
  const rowsOf = async (userId: string) => {
    const where = [{ field: "userId", value: userId }];
    const models = ["passkey", "twoFactor", "account"];
    return Promise.all(models.map(async (model) => (await adapter.findMany({ model, where })).length));
  };
  async function addFactors(userId: string) {
    const key = {
      userId,
      publicKey: "",
      credentialID: userId,
      counter: 0,
      deviceType: "singleDevice",
      backedUp: false,
    };
    await adapter.create({ model: "passkey", data: { ...key, createdAt: new Date() } });
    await adapter.create({ model: "twoFactor", data: { userId, secret: "x", backupCodes: "x", verified: true } });
    await adapter.create({
      model: "account",
      data: { userId, providerId: "google", accountId: userId, createdAt: new Date(), updatedAt: new Date() },
    });
  }
  const [unconfirmed, confirmed] = [await signUpUser(app.auth), await signUpUser(app.auth)];
  const where = [{ field: "id", value: confirmed.id }];
  await adapter.update({ model: "user", where, update: { emailVerified: true } });
  for (const { id, email } of [unconfirmed, confirmed]) {
    await addFactors(id);
    await requestLink(app, email);
    expect((await reset(app, await tokenFor(app, email))).status).toBe(200);
  }
  expect(await rowsOf(unconfirmed.id)).toEqual([0, 0, 1]);
  expect(await rowsOf(confirmed.id)).toEqual([1, 1, 2]);
});
