import { decodeJwt, SignJWT } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ALLOWED_ROUTES } from "./allowed-routes.ts";
import { hasBackend, startBackend } from "./test-backend.ts";
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

const DAY_MS = 24 * 60 * 60 * 1000;

/** Makes the app behave as with a mail server. The mails are recorded. */
const WITH_SMTP = { SMTP_URL: "smtp://127.0.0.1:1" };

const verify = ({ auth }: Pick<TestAuth, "auth">, token: unknown, cookie?: string) =>
  sendRequest(auth, "/verify-email", { body: { token }, ...(cookie && { cookie }) });

const signIn = ({ auth }: TestAuth, email: string, password = PASSWORD) =>
  sendRequest(auth, "/sign-in/email", { body: { email, password } });

const signUp = ({ auth }: TestAuth, body: object) => sendRequest(auth, "/sign-up/email", { body });

const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code;

async function isVerified({ auth }: TestAuth, userId: string): Promise<boolean | undefined> {
  return (await (await auth.$context).internalAdapter.findUserById(userId))?.emailVerified;
}

async function accessTokenOf({ auth }: TestAuth, cookie: string): Promise<string> {
  const response = await sendRequest(auth, "/api-token", { cookie });
  return ((await response.json()) as { token: string }).token;
}

const scopeOf = async (app: TestAuth, cookie: string) => decodeJwt(await accessTokenOf(app, cookie)).scope;

function skipDays(days: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + days * DAY_MS });
}

afterEach(() => void vi.useRealTimers());

describe("link", () => {
  it("link of the sign-up confirms the address of its account only, whoever is signed in", async () => {
    const log = captureEvents();
    const app = await createTestAuth();
    const [user, other] = [await signUpUser(app.auth), await signUpUser(app.auth)];
    expect(await isVerified(app, user.id)).toBe(false);
    const token = linkTokenOf(app.mails, user.email);
    expect((await verify(app, token, other.cookie)).status).toBe(200);
    expect([await isVerified(app, user.id), await isVerified(app, other.id)]).toEqual([true, false]);
    expect(log.events("verification_sent")).toMatchObject([{ user: user.id }, { user: other.id }]);
    // A second use changes nothing, and is no second event.
    const again = await verify(app, token);
    expect([again.status, again.headers.getSetCookie()]).toEqual([200, []]);
    expect(log.events("email_verified")).toMatchObject([{ outcome: "success", user: user.id }]);
    for (const secret of [user.email, token]) expect(log.lines()).not.toContain(secret);
  });

  it("link that a program opens with GET confirms nothing", () => {
    expect(ALLOWED_ROUTES).toContain("POST /verify-email");
    expect(ALLOWED_ROUTES).not.toContain("GET /verify-email");
  });

  it("tampered, expired and foreign tokens, and the link of a deleted account, are refused and logged", async () => {
    const log = captureEvents();
    const app = await createTestAuth();
    const [user, deleted] = [await signUpUser(app.auth), await signUpUser(app.auth)];
    const token = linkTokenOf(app.mails, user.email);
    const [header, payload, signature] = token.split(".");
    const sign = (claims: object, secret: string | undefined, alg = "HS256") =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg })
        .setIssuedAt()
        .setExpirationTime("1h")
        .sign(new TextEncoder().encode(secret));
    const claims = { email: user.email, userId: user.id };
    const otherPayload = Buffer.from(JSON.stringify({ ...decodeJwt(token), userId: deleted.id })).toString("base64url");
    const refused = {
      "other payload": `${header}.${otherPayload}.${signature}`,
      "without signature": `${header}.${payload}.`,
      unsigned: `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`,
      "other secret": await sign(claims, "x".repeat(44)),
      "other algorithm": await sign(claims, app.environment.BETTER_AUTH_SECRET, "HS512"),
      "address of another account": await sign({ ...claims, email: deleted.email }, app.environment.BETTER_AUTH_SECRET),
      "access token": await accessTokenOf(app, user.cookie),
      "session token": decodeURIComponent(user.cookie.match(/session_token=([^;]+)/)?.[1] ?? ""),
      empty: "",
      object: { token },
    };
    for (const [name, value] of Object.entries(refused)) {
      const response = await verify(app, value);
      expect([400, 401], name).toContain(response.status);
      expect(await codeOf(response), name).toBe("INVALID_TOKEN");
    }
    await (await app.auth.$context).internalAdapter.deleteUser(deleted.id);
    expect(await codeOf(await verify(app, linkTokenOf(app.mails, deleted.email)))).toBe("USER_NOT_FOUND");
    skipDays(1.01);
    expect(await codeOf(await verify(app, token))).toBe("TOKEN_EXPIRED");
    expect(await isVerified(app, user.id)).toBe(false);
    const reasons = new Set(log.events("link_refused").map(({ reason }) => reason));
    expect(reasons).toEqual(new Set(["invalid_token", "other_token", "user_not_found", "token_expired"]));
  });

  it("link is no access token of the backend", async (context) => {
    if (!hasBackend) return context.skip();
    captureEvents();
    const app = await createTestAuth();
    const user = await signUpUser(app.auth);
    const apiUrl = await startBackend({
      BETTER_AUTH_SECRET: app.environment.BETTER_AUTH_SECRET ?? "",
      TODO__AUTH__ISSUER: "http://localhost:3000",
      TODO__AUTH__AUDIENCE: "todo-api",
    });
    const statusOf = async (token: string) =>
      (await fetch(`${apiUrl}/api/${user.id}/tasks`, { headers: { authorization: `Bearer ${token}` } })).status;
    expect(await statusOf(await accessTokenOf(app, user.cookie))).toBe(200);
    expect(await statusOf(linkTokenOf(app.mails, user.email))).toBe(401);
  });

  it("link leads to this app only, and its mail contains nothing that was typed at sign-up", async () => {
    captureEvents();
    const app = await createTestAuth();
    const body = { email: "ada@example.com", password: PASSWORD, name: "Win at https://evil.example" };
    for (const callbackURL of ["https://evil.example/x", "//evil.example", "/%5cevil.example"])
      await signUp(app, { ...body, email: `a${callbackURL.length}@example.com`, callbackURL });
    await signUp(app, body);
    expect(app.mails.length).toBeGreaterThan(0);
    for (const mail of app.mails) {
      expect(mail.action?.url).toMatch(/^http:\/\/localhost:3000\/verify-email#token=[\w-]+\.[\w-]+\.[\w-]+$/);
      expect(JSON.stringify(mail)).not.toContain("evil");
    }
  });

  it("link is sent again to a signed-in user five times in an hour, and not for another address", async () => {
    const log = captureEvents();
    const app = await createTestAuth();
    const [user, other] = [await signUpUser(app.auth), await signUpUser(app.auth)];
    const send = (email: string) =>
      sendRequest(app.auth, "/send-verification-email", { body: { email }, cookie: user.cookie });
    expect(await codeOf(await send(other.email))).toBe("EMAIL_MISMATCH");
    for (let request = 0; request < 5; request++) expect((await send(user.email)).status).toBe(200);
    expect((await send(user.email)).status).toBe(429);
    expect(app.mails.filter(({ to }) => to === user.email)).toHaveLength(6);
    expect(app.mails.filter(({ to }) => to === other.email)).toHaveLength(1);
    expect(log.events("limit_exceeded")[0]).toMatchObject({ limit: "send_verification_email" });
  });

  it("request for another link without a session discloses nothing", async () => {
    captureEvents();
    const app = await createTestAuth();
    const [user, verified] = [await signUpUser(app.auth), await signUpUser(app.auth)];
    await verify(app, linkTokenOf(app.mails, verified.email));
    const answers = [];
    for (const email of [user.email, verified.email, "nobody@example.com"]) {
      const startedAt = performance.now();
      const response = await sendRequest(app.auth, "/send-verification-email", { body: { email } });
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(490);
      answers.push([response.status, await response.text()]);
    }
    expect(new Set(answers.map(String)).size).toBe(1);
    expect(app.mails.filter(({ to }) => to === verified.email)).toHaveLength(1);
  });
});

describe.each(databaseKinds)("unconfirmed address with an %s database", (kind) => {
  for (const mode of ["shared-secret", "jwks"])
    it(`access token in ${mode} mode allows to read only after seven days, until the address is confirmed`, async () => {
      captureEvents();
      const app = await createTestAuth({
        ...(await createDatabaseVariables(kind)),
        ...WITH_SMTP,
        API_TOKEN_MODE: mode,
      });
      const user = await signUpUser(app.auth);
      expect(await scopeOf(app, user.cookie)).toBeUndefined();
      skipDays(6.9);
      expect(await scopeOf(app, user.cookie)).toBeUndefined();
      skipDays(0.2);
      const cookie = cookiesOf(await signIn(app, user.email));
      expect(await scopeOf(app, cookie)).toBe("tasks:read");
      // The deletion of the account changes data too.
      const { token } = await app.auth.api.getDeletionToken({ headers: new Headers({ cookie }) });
      expect(decodeJwt(token)).toMatchObject({ sub: user.id });
      expect(decodeJwt(token)).not.toHaveProperty("scope");
      const send = await sendRequest(app.auth, "/send-verification-email", { body: { email: user.email }, cookie });
      expect(send.status).toBe(200);
      expect((await verify(app, linkTokenOf(app.mails, user.email))).status).toBe(200);
      expect(await scopeOf(app, cookie)).toBeUndefined();
    });

  it("account from before the feature has seven days from its next sign-in", async () => {
    captureEvents();
    const app = await createTestAuth({ ...(await createDatabaseVariables(kind)), ...WITH_SMTP });
    const user = await signUpUser(app.auth);
    const { internalAdapter } = await app.auth.$context;
    const before = new Date(Date.now() - 100 * DAY_MS);
    await internalAdapter.updateUser(user.id, { createdAt: before, verifyEmailBy: null });
    expect(await scopeOf(app, user.cookie)).toBeUndefined();
    skipDays(6);
    expect(await scopeOf(app, user.cookie)).toBeUndefined();
    const cookie = cookiesOf(await signIn(app, user.email));
    skipDays(6.9);
    expect(await scopeOf(app, cookie)).toBeUndefined();
    skipDays(0.2);
    expect(await scopeOf(app, cookiesOf(await signIn(app, user.email)))).toBe("tasks:read");
  });
});

it("without a mail server nobody is limited, and the time begins when there is one", async () => {
  captureEvents();
  const app = await createTestAuth();
  const user = await signUpUser(app.auth);
  skipDays(100);
  const cookie = cookiesOf(await signIn(app, user.email));
  expect(await scopeOf(app, cookie)).toBeUndefined();
  const { internalAdapter } = await app.auth.$context;
  expect(await internalAdapter.findUserById(user.id)).toMatchObject({ verifyEmailBy: null });
});

describe("with REQUIRE_VERIFIED_EMAIL", () => {
  const REQUIRED = { REQUIRE_VERIFIED_EMAIL: "true" };

  it("sign-up answers the same for a new and a taken address, and the owner gets a mail instead", async () => {
    const log = captureEvents();
    const app = await createTestAuth(REQUIRED);
    const body = { name: "Ada Quill", password: PASSWORD };
    const answers = [];
    for (const email of ["ada@example.com", "ada@example.com", "ADA@example.com", "bob@example.com"]) {
      const startedAt = performance.now();
      const response = await signUp(app, { ...body, email });
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990);
      answers.push({ status: response.status, headers: [...response.headers.keys()], body: await response.text() });
    }
    for (const answer of answers) expect(answer).toEqual({ ...answers[0], status: 200, body: '{"user":null}' });
    expect(app.mails.map(({ to, subject }) => `${to}: ${subject}`)).toEqual([
      "ada@example.com: Confirm your e-mail address",
      "ada@example.com: You have an account already",
      "ada@example.com: You have an account already",
      "bob@example.com: Confirm your e-mail address",
    ]);
    // Refusals are the same too.
    for (const email of ["ada@example.com", "new@example.com"])
      expect(await codeOf(await signUp(app, { ...body, password: "password123", email }))).toBe("PASSWORD_TOO_COMMON");
    expect(log.events("sign_up").filter(({ outcome }) => outcome === "success")).toHaveLength(2);
    expect(log.events("sign_up").filter(({ outcome }) => outcome === "failure")[0]).toMatchObject({
      reason: "user_already_exists",
    });
  });

  it("nobody is signed in before the link, which signs nobody in itself", async () => {
    captureEvents();
    const app = await createTestAuth(REQUIRED);
    const email = "ada@example.com";
    const response = await signUp(app, { name: "Ada Quill", email, password: PASSWORD });
    expect(response.headers.getSetCookie()).toEqual([]);
    // Only the right password discloses that the address is not confirmed.
    expect(await codeOf(await signIn(app, email, "not the password"))).toBe("INVALID_EMAIL_OR_PASSWORD");
    expect(app.mails).toHaveLength(1);
    const refused = await signIn(app, email);
    expect([refused.status, refused.headers.getSetCookie(), await codeOf(refused)]).toEqual([
      403,
      [],
      "EMAIL_NOT_VERIFIED",
    ]);
    expect(app.mails).toHaveLength(2);
    const verified = await verify(app, linkTokenOf(app.mails, email));
    expect([verified.status, verified.headers.getSetCookie()]).toEqual([200, []]);
    expect((await signIn(app, email)).status).toBe(200);
  });

  it("sign-ins and sign-ups send five mails in an hour to an address, and answer the same afterwards", async () => {
    captureEvents();
    const app = await createTestAuth(REQUIRED);
    const body = { name: "Ada Quill", email: "ada@example.com", password: PASSWORD };
    for (let request = 0; request < 7; request++) expect((await signUp(app, body)).status).toBe(200);
    expect(await codeOf(await signIn(app, body.email))).toBe("EMAIL_NOT_VERIFIED");
    expect(app.mails).toHaveLength(5);
  });
});
