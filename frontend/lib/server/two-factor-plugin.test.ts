import { betterAuth } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { getMigrations } from "better-auth/db/migration";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAuth } from "../auth.ts";
import { AccountActivity } from "./account-activity.ts";
import { ALLOWED_ROUTES } from "./allowed-routes.ts";
import { createAuthOptions } from "./auth-options.ts";
import { CLIENT_IP_HEADER } from "./client-ip.ts";
import { parseConfig } from "./config.ts";
import { openDatabase } from "./database.ts";
import { createRecordingMailer } from "./mail/test-mailer.ts";
import { toEntry } from "./recent-activity.ts";
import { securityEventLog } from "./security-events.ts";
import { MAX_SESSIONS_PER_USER } from "./session-limits.ts";
import { Authenticator } from "./test-authenticator.ts";
import { startRecorder } from "./test-backend.ts";
import { createDatabaseVariables, databaseKinds } from "./test-databases.ts";
import { cookiesOf, createSecret, createTestAuth, PASSWORD, signUpUser, type TestAuth } from "./test-utils.ts";

// Each test hashes several passwords.
vi.setConfig({ testTimeout: 180_000 });

type Auth = Pick<TestAuth["auth"], "handler">;
type PostOptions = { cookie?: string; address?: string };
type User = { email: string; id: string; cookie: string };

const MINUTE_MS = 60_000;

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  // Codes are of one period of time.
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.spyOn(process.stderr, "write").mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
});
afterEach(() => {
  securityEventLog().writeAllCounts();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const skipTime = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

const events = () =>
  lines
    .flatMap((text) => text.trim().split("\n"))
    .filter((line) => line.includes('"target":"security"'))
    .map((line) => JSON.parse(line));

const eventNames = () => events().map(({ event, outcome }) => `${event} ${outcome}`);

function send(auth: Auth, path: string, body: object, { cookie = "", address = "192.0.2.1" }: PostOptions = {}) {
  const headers = { origin: "http://localhost:3000", [CLIENT_IP_HEADER]: address, cookie };
  const init = path.startsWith("GET ")
    ? { headers }
    : {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(body),
      };
  return auth.handler(new Request(`http://localhost:3000/api/auth${path.replace("GET ", "")}`, init));
}

const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code;

const statusAndCode = async (response: Response) => [response.status, await codeOf(response)];

const signIn = (auth: Auth, { email }: { email: string }, options?: PostOptions) =>
  send(auth, "/sign-in/email", { email, password: PASSWORD }, options);

/** Sends the password. Returns the cookies of the challenge. */
const openChallenge = async (auth: Auth, user: { email: string }, options: PostOptions = {}) => {
  const response = await signIn(auth, user, options);
  expect(await response.json()).toEqual({ twoFactorRedirect: true, twoFactorMethods: ["totp"] });
  return mergeCookies(options.cookie ?? "", cookiesOf(response));
};

/** As a browser does. Expired cookies are removed. */
function mergeCookies(old: string, set: string): string {
  const jar = new Map<string, string>();
  for (const pair of `${old}; ${set}`.split("; ")) {
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    if (value) jar.set(name, value);
    else jar.delete(name);
  }
  return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
}

const sendCode = (auth: Auth, code: string | undefined, options: PostOptions & { trustDevice?: boolean } = {}) =>
  send(auth, "/two-factor/verify-totp", { code, trustDevice: options.trustDevice }, options);

const sendRecoveryCode = (auth: Auth, code: string | undefined, options: PostOptions = {}) =>
  send(auth, "/two-factor/verify-backup-code", { code }, options);

const isSignedIn = async (auth: Auth, cookie: string) =>
  (await send(auth, "GET /api-token", {}, { cookie })).status === 200;

type Enrolled = User & { authenticator: Authenticator; recoveryCodes: string[] };

/** Turns two-step sign-in on. */
async function enrol(auth: Auth, user: User): Promise<Enrolled> {
  const enabled = await send(auth, "/two-factor/enable", { password: PASSWORD }, user);
  expect(enabled.status).toBe(200);
  const { totpURI, backupCodes } = (await enabled.json()) as { totpURI: string; backupCodes: string[] };
  const authenticator = new Authenticator(totpURI);
  const confirmed = await sendCode(auth, authenticator.nextCode(), user);
  expect(confirmed.status).toBe(200);
  return {
    ...user,
    cookie: mergeCookies(user.cookie, cookiesOf(confirmed)),
    authenticator,
    recoveryCodes: backupCodes,
  };
}

async function createEnrolled(variables: Record<string, string> = {}) {
  const testAuth = await createTestAuth(variables);
  const user = await enrol(testAuth.auth, await signUpUser(testAuth.auth));
  const { adapter, internalAdapter, password } = await testAuth.auth.$context;
  // Further passwords are compared without hashing.
  vi.spyOn(password, "verify").mockImplementation(async (data) => data.password === PASSWORD);
  return { ...testAuth, user, adapter, internalAdapter };
}

/** A cookie of the browser alone. */
const onlyCookie = (cookie: string, name: string) =>
  cookie.split("; ").find((each) => each.startsWith(`better-auth.${name}=`)) ?? "";

describe("enrolment", () => {
  it("needs the password and counts after the first code", async () => {
    const { auth } = await createTestAuth();
    const user = await signUpUser(auth);
    expect(await statusAndCode(await send(auth, "/two-factor/enable", { password: "no" }, user))).toEqual([
      400,
      "INVALID_PASSWORD",
    ]);
    expect(await statusAndCode(await send(auth, "/two-factor/enable", {}, user))).toEqual([
      403,
      "REAUTHENTICATION_REQUIRED",
    ]);
    expect((await send(auth, "/two-factor/enable", { password: PASSWORD })).status).toBe(401);
    const enabled = await send(auth, "/two-factor/enable", { password: PASSWORD }, user);
    const { totpURI, backupCodes } = (await enabled.json()) as { totpURI: string; backupCodes: string[] };
    expect(totpURI).toMatch(/^otpauth:\/\/totp\/Todo:user-\d+%40example\.com\?secret=[A-Z2-7]{52}&issuer=Todo&/);
    expect(backupCodes).toHaveLength(10);
    for (const code of backupCodes) expect(code).toMatch(/^[2-9a-hjkmnp-z]{5}-[2-9a-hjkmnp-z]{5}$/);
    expect(new Set(backupCodes).size).toBe(10);
    // Until the first code the password suffices.
    expect((await (await signIn(auth, user)).json()) as object).toHaveProperty("user");

    const authenticator = new Authenticator(totpURI);
    const [wrong] = authenticator.wrongCodes(1);
    expect(await statusAndCode(await sendCode(auth, wrong, user))).toEqual([401, "INVALID_CODE"]);
    const confirmed = await sendCode(auth, ` ${authenticator.nextCode()?.replace(/^.../, "$& ")}`, user);
    expect(confirmed.status).toBe(200);
    expect(await isSignedIn(auth, user.cookie)).toBe(false);
    expect(await isSignedIn(auth, cookiesOf(confirmed))).toBe(true);
    await openChallenge(auth, user);
  });

  it("stores the key and the recovery codes encrypted", async () => {
    const { adapter, user } = await createEnrolled();
    const rows = await adapter.findMany<{ secret: string; backupCodes: string }>({ model: "twoFactor" });
    expect(rows).toHaveLength(1);
    for (const code of user.recoveryCodes) expect(JSON.stringify(rows)).not.toContain(code);
    expect(rows[0]?.secret).toMatch(/^[0-9a-f]{80,}$/);
  });

  it("cannot be repeated or guessed at once it is on", async () => {
    const { auth, user } = await createEnrolled();
    expect(await codeOf(await send(auth, "/two-factor/enable", { password: PASSWORD }, user))).toBe(
      "TOTP_ALREADY_ENABLED",
    );
    expect(await codeOf(await sendCode(auth, user.authenticator.nextCode(), user))).toBe("TOTP_ALREADY_ENABLED");
    const answer = await sendRecoveryCode(auth, user.recoveryCodes[0], user);
    expect(await statusAndCode(answer)).toEqual([401, "INVALID_TWO_FACTOR_COOKIE"]);
    // The recovery code is still there.
    const cookie = await openChallenge(auth, user);
    expect((await sendRecoveryCode(auth, user.recoveryCodes[0], { cookie })).status).toBe(200);
  });

  it("codes with a session are limited for each user", async () => {
    const { auth } = await createTestAuth();
    const user = await signUpUser(auth);
    const enabled = await send(auth, "/two-factor/enable", { password: PASSWORD }, user);
    const authenticator = new Authenticator(((await enabled.json()) as { totpURI: string }).totpURI);
    for (const [index, code] of authenticator.wrongCodes(5).entries())
      expect((await sendCode(auth, code, { ...user, address: `198.51.100.${index + 1}` })).status).toBe(401);
    expect((await sendCode(auth, authenticator.nextCode(), { ...user, address: "198.51.100.9" })).status).toBe(429);
    skipTime(MINUTE_MS);
    expect((await sendCode(auth, authenticator.nextCode(), user)).status).toBe(200);
  });

  it("ends a challenge that the browser has left open", async () => {
    const { auth, user: other } = await createEnrolled();
    const user = await signUpUser(auth);
    const cookie = await openChallenge(auth, other, user);
    const enabled = await send(auth, "/two-factor/enable", { password: PASSWORD }, { cookie });
    const authenticator = new Authenticator(((await enabled.json()) as { totpURI: string }).totpURI);
    const browser = mergeCookies(cookie, cookiesOf(enabled));
    expect((await sendCode(auth, authenticator.nextCode(), { cookie: browser })).status).toBe(200);
    expect(
      await codeOf(await sendCode(auth, other.authenticator.nextCode(), { cookie: onlyCookie(cookie, "two_factor") })),
    ).toBe("INVALID_TWO_FACTOR_COOKIE");
  });

  it.each(["enable", "disable", "generate-backup-codes"])("password of /two-factor/%s is limited", async (name) => {
    const { auth, user } = await createEnrolled();
    skipTime(MINUTE_MS);
    for (let attempt = 0; attempt < 5; attempt++)
      expect((await send(auth, `/two-factor/${name}`, { password: "no" }, user)).status).toBe(400);
    expect((await send(auth, `/two-factor/${name}`, { password: PASSWORD }, user)).status).toBe(429);
  });
});

/** Routes that succeed without a session. */
const PUBLIC_ROUTES = [
  "GET /jwks",
  "GET /revocations",
  "GET /passkey/generate-authenticate-options",
  "POST /sign-in/email",
  "POST /sign-out",
];

describe.each(["shared-secret", "jwks"])("the password alone in %s mode", (mode) => {
  it("gives no session, whatever endpoint is called", async () => {
    const { origin } = await startRecorder(204);
    const { auth, user, adapter } = await createEnrolled({ API_TOKEN_MODE: mode, API_URL: origin });
    const sessions = () => adapter.findMany<{ id: string; token: string }>({ model: "session" });
    const before = await sessions();
    const response = await signIn(auth, user);
    const text = await response.clone().text();
    expect(text).not.toMatch(/token|@example/);
    expect(cookiesOf(response)).toMatch(/^better-auth\.two_factor=[^;]+$/);
    const cookie = cookiesOf(response);
    expect(await sessions()).toEqual(before);
    expect(await adapter.count({ model: "revocation" })).toBe(1); // The session that the enrolment has replaced.

    const bodies: Record<string, object[]> = {
      "POST /sign-up/email": [{ name: "Ada", email: user.email, password: PASSWORD }],
      "POST /sign-in/email": [
        { email: user.email, password: PASSWORD, rememberMe: false },
        { email: user.email.toUpperCase(), password: PASSWORD, callbackURL: "/tasks" },
      ],
      "POST /change-password": [{ currentPassword: PASSWORD, newPassword: `${PASSWORD} 2`, revokeOtherSessions: true }],
      "POST /two-factor/verify-totp": [{ code: "" }, { code: "000000", trustDevice: true }, { code: "null" }],
      "POST /two-factor/verify-backup-code": [{ code: "" }, { code: "-", disableSession: true }],
    };
    for (const route of ALLOWED_ROUTES) {
      const [method, path = ""] = route.split(" ");
      for (const body of bodies[route] ?? [{ password: PASSWORD }]) {
        const answer = await send(auth, method === "GET" ? `GET ${path}` : path, body, { cookie });
        if (!PUBLIC_ROUTES.includes(route)) expect(answer.ok, route).toBe(false);
        expect(answer.headers.getSetCookie().join(), route).not.toMatch(/session_token=[^;]/);
        expect(await answer.text(), route).not.toMatch(/"token"|"user"/);
      }
    }
    expect(await sessions()).toEqual(before);
    expect(await isSignedIn(auth, cookie)).toBe(false);
  });
});

it("new way to sign in creates no session of an account with two-step sign-in", async () => {
  const { environment, user } = await createEnrolled();
  const config = parseConfig(environment, "");
  const options = createAuthOptions(config, openDatabase(config.database), async () => "", createRecordingMailer());
  const other = {
    id: "other-sign-in",
    endpoints: {
      signIn: createAuthEndpoint("/sign-in/other", { method: "POST" }, async (ctx) => {
        const { id } = ctx.body as { id: string };
        const session = await ctx.context.internalAdapter.createSession(id);
        const found = await ctx.context.internalAdapter.findUserById(id);
        if (found) await setSessionCookie(ctx, { session, user: found });
        return ctx.json({ ok: true });
      }),
    },
  };
  const all = { ...options, plugins: [...options.plugins, other] };
  await (await getMigrations(all)).runMigrations();
  const auth = betterAuth(all);
  const without = await signUpUser(auth);
  const allowed = await send(auth, "/sign-in/other", { id: without.id });
  expect(cookiesOf(allowed)).toMatch(/session_token=[A-Za-z0-9]{32}\./);
  const refused = await send(auth, "/sign-in/other", { id: user.id });
  expect(await statusAndCode(refused)).toEqual([403, "TWO_FACTOR_REQUIRED"]);
  expect(cookiesOf(refused)).toBe("");
});

describe("the second step", () => {
  it("signs in with a code, with its events in order", async () => {
    const { auth, user, adapter } = await createEnrolled();
    lines = [];
    const cookie = await openChallenge(auth, user);
    expect(eventNames()).toEqual([]);
    const [wrong] = user.authenticator.wrongCodes(1);
    expect(await statusAndCode(await sendCode(auth, wrong, { cookie }))).toEqual([401, "INVALID_CODE"]);
    const answer = await sendCode(auth, user.authenticator.nextCode(), { cookie });
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ user: { id: user.id } });
    expect(text).not.toContain('"token"');
    const set = cookiesOf(answer);
    expect(set).toMatch(/two_factor=(;|$)/);
    expect(set).toMatch(/known_browser=/);
    expect(await isSignedIn(auth, set)).toBe(true);
    expect(eventNames()).toEqual(["second_factor_failed failure", "sign_in success"]);
    expect(events()[0]).toMatchObject({ user: user.id, reason: "invalid_code", client: "192.0.2.1" });
    expect(lines.join("")).not.toContain(String(wrong));
    const activity = (await new AccountActivity(adapter).list(user.id)).map(toEntry);
    expect(activity.map(({ title }) => title).sort()).toEqual(
      ["Signed in", "Wrong code at sign-in", "Two-step sign-in turned on", "Account created"].sort(),
    );
    expect(activity.find(({ title }) => title.startsWith("Wrong"))?.isFailure).toBe(true);
  });

  it("expired, foreign or forged challenge is refused", async () => {
    const { auth, user } = await createEnrolled();
    const other = await enrol(auth, await signUpUser(auth));
    const cookie = await openChallenge(auth, user);
    // The code of another account, and a cookie whose signature is that of another value.
    expect(await codeOf(await sendCode(auth, other.authenticator.nextCode(), { cookie }))).toBe("INVALID_CODE");
    const name = "better-auth.two_factor";
    for (const value of ["", "2fa-x.y", onlyCookie(other.cookie, "session_token").split("=")[1]])
      expect(await codeOf(await sendCode(auth, "123456", { cookie: `${name}=${value}` }))).toBe(
        "INVALID_TWO_FACTOR_COOKIE",
      );
    skipTime(10 * MINUTE_MS + 1);
    expect(await statusAndCode(await sendCode(auth, user.authenticator.nextCode(), { cookie }))).toEqual([
      401,
      "INVALID_TWO_FACTOR_COOKIE",
    ]);
  });

  it("challenge is over after one success", async () => {
    const { auth, user } = await createEnrolled();
    const cookie = await openChallenge(auth, user);
    expect((await sendCode(auth, user.authenticator.nextCode(), { cookie })).status).toBe(200);
    expect(await codeOf(await sendRecoveryCode(auth, user.recoveryCodes[0], { cookie }))).toBe(
      "INVALID_TWO_FACTOR_COOKIE",
    );
  });

  it("keeps the browser's session until it is done, and then replaces it", async () => {
    const { auth, user, adapter } = await createEnrolled();
    const other = await signUpUser(auth);
    lines = [];
    const revocations = await adapter.count({ model: "revocation" });
    const cookie = await openChallenge(auth, user, other);
    expect(onlyCookie(cookie, "session_token")).toBe(onlyCookie(other.cookie, "session_token"));
    expect(await isSignedIn(auth, cookie)).toBe(true);
    expect(await adapter.count({ model: "revocation" })).toBe(revocations);
    expect(eventNames()).toEqual([]);
    const answer = await sendCode(auth, user.authenticator.nextCode(), { cookie });
    expect(await answer.json()).toMatchObject({ user: { id: user.id } });
    expect(await isSignedIn(auth, other.cookie)).toBe(false);
    expect(await isSignedIn(auth, mergeCookies(cookie, cookiesOf(answer)))).toBe(true);
    expect(events()).toMatchObject([
      { event: "session_revoked", reason: "new_sign_in", user: other.id },
      { event: "sign_in", outcome: "success", user: user.id },
    ]);
    // The owner's other session, in another browser.
    expect(await isSignedIn(auth, user.cookie)).toBe(true);
  });

  it("password ends no session of an account that has the most", async () => {
    const { auth, user, internalAdapter } = await createEnrolled();
    for (let index = 1; index < MAX_SESSIONS_PER_USER; index++) await internalAdapter.createSession(user.id);
    expect(await internalAdapter.listSessions(user.id)).toHaveLength(MAX_SESSIONS_PER_USER);
    const cookie = await openChallenge(auth, user);
    expect(await isSignedIn(auth, user.cookie)).toBe(true);
    skipTime(1_000);
    expect((await sendCode(auth, user.authenticator.nextCode(), { cookie })).status).toBe(200);
    expect(await internalAdapter.listSessions(user.id)).toHaveLength(MAX_SESSIONS_PER_USER);
  });

  it("cookies under https have the prefix __Host-", async () => {
    const { auth } = await createTestAuth({ BETTER_AUTH_URL: "https://todo.example" });
    const user = await enrol(auth, await signUpUser(auth));
    const challenge = await signIn(auth, user);
    const answer = await sendCode(auth, user.authenticator.nextCode(), {
      cookie: cookiesOf(challenge),
      trustDevice: true,
    });
    const cookies = [challenge, answer].flatMap((each) => each.headers.getSetCookie());
    for (const each of cookies)
      expect(each).toMatch(/^__Host-better-auth\..*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(cookies.map((each) => each.match(/auth\.(\w+)=/)?.[1])).toEqual(
      expect.arrayContaining(["two_factor", "session_token", "trust_device", "known_browser"]),
    );
  });
});

describe("limits of codes", () => {
  it("five wrong codes end the challenge", async () => {
    const { auth, user } = await createEnrolled();
    const cookie = await openChallenge(auth, user);
    for (const code of user.authenticator.wrongCodes(5))
      expect(await codeOf(await sendCode(auth, code, { cookie }))).toBe("INVALID_CODE");
    expect(await codeOf(await sendCode(auth, user.authenticator.nextCode(), { cookie }))).toBe(
      "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE",
    );
    expect(await codeOf(await sendCode(auth, user.authenticator.nextCode(), { cookie }))).toBe(
      "INVALID_TWO_FACTOR_COOKIE",
    );
  });

  it("of 200 guesses in new challenges and from many addresses 10 in 15 minutes and 30 a day are compared", async () => {
    const { auth, user, adapter } = await createEnrolled();
    const codes = user.authenticator.wrongCodes(200);
    const outcomes: (string | undefined)[] = [];
    let guesses = 0;
    const guess = async () => {
      const options = { address: `198.51.${guesses >> 7}.${(guesses % 128) + 1}` };
      // Without the delay between two sign-ins, which hinders the attacker too.
      const where = [{ field: "allowedAt", operator: "gt" as const, value: Date.now() }];
      await adapter.deleteMany({ model: "attempt", where });
      const cookie = await openChallenge(auth, user, options);
      for (let each = 0; each < 5 && guesses < 200; each++) {
        const answer = await sendCode(auth, codes[guesses], { ...options, cookie });
        expect(cookiesOf(answer)).not.toContain("session_token");
        outcomes.push(await codeOf(answer));
        guesses += 1;
      }
    };
    const compared = () => outcomes.filter((code) => code === "INVALID_CODE").length;
    while (guesses < 60) await guess();
    expect(compared()).toBe(10);
    // The right code is refused as well while the account is locked.
    const cookie = await openChallenge(auth, user, { address: "203.0.113.1" });
    expect(await statusAndCode(await sendCode(auth, user.authenticator.nextCode(), { cookie }))).toEqual([
      429,
      expect.stringMatching(/ACCOUNT_TEMPORARILY_LOCKED|TOO_MANY_ATTEMPTS/),
    ]);
    while (guesses < 200) {
      skipTime(16 * MINUTE_MS);
      await guess();
    }
    expect(compared()).toBeLessThanOrEqual(30);
    expect(new Set(outcomes)).toEqual(new Set(["INVALID_CODE", "ACCOUNT_TEMPORARILY_LOCKED", "TOO_MANY_ATTEMPTS"]));
    expect(events().filter(({ event, limit }) => event === "limit_exceeded" && limit === "second_factor")).not.toEqual(
      [],
    );
  });

  it("owner in a known browser is not hindered by the attempts of others", async () => {
    const { auth, user } = await createEnrolled();
    const browser = onlyCookie(user.cookie, "known_browser");
    expect(browser).not.toBe("");
    const wrong = user.authenticator.wrongCodes(40);
    for (let index = 0; index < 35; index++) {
      // Each in a challenge and a quarter of an hour of its own.
      skipTime(16 * MINUTE_MS);
      const cookie = await openChallenge(auth, user, { address: `198.51.100.${index + 1}` });
      await sendCode(auth, wrong[index], { cookie, address: `198.51.100.${index + 1}` });
    }
    skipTime(16 * MINUTE_MS);
    const stranger = await openChallenge(auth, user, { address: "203.0.113.1" });
    expect((await sendCode(auth, user.authenticator.nextCode(), { cookie: stranger })).status).toBe(429);
    const cookie = await openChallenge(auth, user, { cookie: browser });
    expect((await sendCode(auth, user.authenticator.nextCode(), { cookie })).status).toBe(200);
  });

  it("attempts of others are forgotten when the password is changed", async () => {
    const { auth, user } = await createEnrolled();
    const [address, wrong] = ["198.51.100.1", user.authenticator.wrongCodes(31)];
    for (let index = 0; index < 31; index += 5) {
      skipTime(16 * MINUTE_MS);
      const cookie = await openChallenge(auth, user, { address });
      for (const code of wrong.slice(index, index + 5)) await sendCode(auth, code, { cookie, address });
    }
    const stranger = await openChallenge(auth, user, { address: "203.0.113.1" });
    expect(await codeOf(await sendCode(auth, user.authenticator.nextCode(), { cookie: stranger }))).toBe(
      "TOO_MANY_ATTEMPTS",
    );
    const change = { currentPassword: PASSWORD, newPassword: `${PASSWORD} of mine`, revokeOtherSessions: true };
    expect((await send(auth, "/change-password", change, user)).status).toBe(200);
    skipTime(16 * MINUTE_MS);
    const owner = await openChallenge(auth, user, { address: "203.0.113.1" });
    expect((await sendCode(auth, user.authenticator.nextCode(), { cookie: owner })).status).toBe(200);
  });

  it("nobody can lock an account without its password", async () => {
    const { auth, user, adapter } = await createEnrolled();
    for (let index = 0; index < 30; index++) {
      const address = `198.51.100.${index + 1}`;
      await send(auth, "/sign-in/email", { email: user.email, password: "not the password" }, { address });
      await sendCode(auth, "123456", { address, cookie: "better-auth.two_factor=2fa-x" });
      await sendRecoveryCode(auth, "22222-22222", { address });
    }
    expect(await adapter.findMany({ model: "twoFactor" })).toMatchObject([
      { failedVerificationCount: 0, lockedUntil: null },
    ]);
    const cookie = await openChallenge(auth, user, { cookie: onlyCookie(user.cookie, "known_browser") });
    expect((await sendCode(auth, user.authenticator.nextCode(), { cookie })).status).toBe(200);
  });
});

describe.each(databaseKinds)("with an %s database", (kind) => {
  it("code is accepted once, in turn and concurrently", async () => {
    const { auth, user } = await createEnrolled(await createDatabaseVariables(kind));
    const cookies = [];
    for (let index = 0; index < 4; index++) cookies.push(await openChallenge(auth, user));
    const code = user.authenticator.nextCode();
    const statuses = await Promise.all(
      cookies.slice(0, 3).map(async (cookie) => (await sendCode(auth, code, { cookie })).status),
    );
    expect(statuses.sort()).toEqual([200, 401, 401]);
    expect(await codeOf(await sendCode(auth, code, { cookie: cookies[3] }))).toBe("CODE_ALREADY_USED");
    expect(await codeOf(await sendCode(auth, ` ${code} `, { cookie: cookies[3] }))).toBe("CODE_ALREADY_USED");
    const refused = { event: "second_factor_failed", outcome: "failure", reason: "code_already_used" };
    expect(events()).toContainEqual(expect.objectContaining(refused));
    // Also when the reservation has ended the code is too old.
    skipTime(2 * MINUTE_MS + 1);
    expect(await codeOf(await sendCode(auth, code, { cookie: cookies[3] }))).toBe("INVALID_CODE");
    expect((await sendCode(auth, user.authenticator.nextCode(), { cookie: cookies[3] })).status).toBe(200);
  });

  it("code that has confirmed the enrolment does not sign in", async () => {
    const { auth } = await createTestAuth(await createDatabaseVariables(kind));
    const user = await signUpUser(auth);
    const enabled = await send(auth, "/two-factor/enable", { password: PASSWORD }, user);
    const authenticator = new Authenticator(((await enabled.json()) as { totpURI: string }).totpURI);
    const code = authenticator.nextCode();
    expect((await sendCode(auth, code, user)).status).toBe(200);
    const cookie = await openChallenge(auth, user);
    expect(await codeOf(await sendCode(auth, code, { cookie }))).toBe("CODE_ALREADY_USED");
    expect((await sendCode(auth, authenticator.nextCode(), { cookie })).status).toBe(200);
  });

  it("recovery code is accepted once, in turn and concurrently", async () => {
    const { auth, user, adapter } = await createEnrolled(await createDatabaseVariables(kind));
    const [first, second] = user.recoveryCodes;
    const cookies = [];
    for (let index = 0; index < 4; index++) cookies.push(await openChallenge(auth, user));
    lines = [];
    // As it may be typed.
    const typed = first?.toUpperCase().replace("-", " ");
    const answers = await Promise.all(
      cookies.slice(0, 3).map(async (cookie) => (await sendRecoveryCode(auth, typed, { cookie })).status),
    );
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    expect(answers.filter((status) => ![200, 401, 409].includes(status))).toEqual([]);
    expect(eventNames().filter((name) => name.endsWith("success"))).toEqual([
      "recovery_code_used success",
      "sign_in success",
    ]);
    expect(await statusAndCode(await sendRecoveryCode(auth, first, { cookie: cookies[3] }))).toEqual([
      401,
      "INVALID_BACKUP_CODE",
    ]);
    // One of the concurrent attempts may have logged the same event, which is then only counted.
    const refused = { event: "second_factor_failed", reason: "invalid_backup_code" };
    expect(events()).toContainEqual(expect.objectContaining(refused));
    expect((await sendRecoveryCode(auth, second, { cookie: cookies[3] })).status).toBe(200);
    expect((await new AccountActivity(adapter).list(user.id)).map(toEntry).map(({ title }) => title)).toContain(
      "Signed in with a recovery code",
    );
  });

  it("deleted account leaves no row of its second step", async () => {
    const { origin } = await startRecorder(204);
    const { auth, user, adapter } = await createEnrolled({ ...(await createDatabaseVariables(kind)), API_URL: origin });
    const cookie = await openChallenge(auth, user);
    await sendCode(auth, user.authenticator.nextCode(), { cookie, trustDevice: true });
    const open = await openChallenge(auth, user);
    const other = await enrol(auth, await signUpUser(auth));
    expect((await send(auth, "/delete-user", { password: PASSWORD }, user)).status).toBe(200);
    expect(await adapter.findMany({ model: "twoFactor" })).toMatchObject([{ userId: other.id }]);
    expect(await adapter.count({ model: "verification", where: [{ field: "value", value: user.id }] })).toBe(0);
    expect((await sendCode(auth, user.authenticator.nextCode(), { cookie: open })).status).toBe(401);
  });
});

describe("recovery codes", () => {
  it("are renewed with the password, and the old ones are refused", async () => {
    const { auth, user } = await createEnrolled();
    expect(await codeOf(await send(auth, "/two-factor/generate-backup-codes", { password: "no" }, user))).toBe(
      "INVALID_PASSWORD",
    );
    const renewed = await send(auth, "/two-factor/generate-backup-codes", { password: PASSWORD }, user);
    const { backupCodes } = (await renewed.json()) as { backupCodes: string[] };
    expect(backupCodes).toHaveLength(10);
    expect(eventNames().slice(-2)).toEqual(["recovery_codes_renewed failure", "recovery_codes_renewed success"]);
    const cookie = await openChallenge(auth, user);
    expect((await sendRecoveryCode(auth, user.recoveryCodes[0], { cookie })).status).toBe(401);
    expect((await sendRecoveryCode(auth, backupCodes[0], { cookie })).status).toBe(200);
    const { backupCodes: left } = await auth.api.viewBackupCodes({ body: { userId: user.id } });
    expect(left).toEqual(backupCodes.slice(1));
  });

  it("are not used up without signing in", async () => {
    const { auth, user } = await createEnrolled();
    const cookie = await openChallenge(auth, user);
    const body = { code: user.recoveryCodes[0], disableSession: true };
    const answer = await send(auth, "/two-factor/verify-backup-code", body, { cookie });
    expect(await isSignedIn(auth, cookiesOf(answer))).toBe(true);
  });
});

describe("turning two-step sign-in off", () => {
  it("needs the password, and the password then suffices", async () => {
    const { auth, user, adapter } = await createEnrolled();
    expect(await codeOf(await send(auth, "/two-factor/disable", { password: "no" }, user))).toBe("INVALID_PASSWORD");
    expect((await send(auth, "/two-factor/disable", { password: PASSWORD })).status).toBe(401);
    const disabled = await send(auth, "/two-factor/disable", { password: PASSWORD }, user);
    expect(disabled.status).toBe(200);
    expect(await isSignedIn(auth, cookiesOf(disabled))).toBe(true);
    expect(await adapter.count({ model: "twoFactor" })).toBe(0);
    expect(await (await signIn(auth, user)).json()).toHaveProperty("user");
    expect(eventNames().filter((name) => name.startsWith("two_factor"))).toEqual([
      "two_factor_enabled success",
      "two_factor_disabled failure",
      "two_factor_disabled success",
    ]);
    const titles = (await new AccountActivity(adapter).list(user.id)).map(toEntry).map(({ title }) => title);
    expect(titles).toContain("Two-step sign-in turned off");
    expect(titles.filter((title) => title.startsWith("Signed out"))).toEqual([]);
  });
});

describe("trusted device", () => {
  async function createTrusted(variables: Record<string, string> = {}) {
    const enrolled = await createEnrolled(variables);
    const { auth, user } = enrolled;
    const challenge = await openChallenge(auth, user);
    const answer = await sendCode(auth, user.authenticator.nextCode(), { cookie: challenge, trustDevice: true });
    return { ...enrolled, trusted: onlyCookie(cookiesOf(answer), "trust_device"), session: cookiesOf(answer) };
  }

  it("needs no code for 30 days after its last sign-in", async () => {
    const { auth, user, trusted } = await createTrusted();
    const again = await signIn(auth, user, { cookie: trusted });
    expect(await again.json()).toMatchObject({ user: { id: user.id } });
    const renewed = onlyCookie(cookiesOf(again), "trust_device");
    expect(renewed).not.toBe(trusted);
    // Each value is for one sign-in.
    await openChallenge(auth, user, { cookie: trusted });
    skipTime(29 * 24 * 60 * MINUTE_MS);
    const later = await signIn(auth, user, { cookie: renewed });
    expect(await later.json()).toHaveProperty("user");
    skipTime(31 * 24 * 60 * MINUTE_MS);
    await openChallenge(auth, user, { cookie: onlyCookie(cookiesOf(later), "trust_device") });
  });

  it("still needs the password", async () => {
    const { auth, user, trusted } = await createTrusted();
    const answer = await send(auth, "/sign-in/email", { email: user.email, password: "no" }, { cookie: trusted });
    expect(answer.status).toBe(401);
    expect(await isSignedIn(auth, trusted)).toBe(false);
  });

  it("is of one account, and its cookie cannot be forged", async () => {
    const { auth, trusted } = await createTrusted();
    const other = await enrol(auth, await signUpUser(auth));
    await openChallenge(auth, other, { cookie: trusted });
    await openChallenge(auth, other, { cookie: trusted.replace(/.{6}$/, "AAAAAA") });
  });

  it("is forgotten when two-step sign-in is turned off or the password is changed", async () => {
    const { auth, user, trusted } = await createTrusted();
    const newPassword = `${PASSWORD} of mine`;
    const change = { currentPassword: PASSWORD, newPassword, revokeOtherSessions: false };
    expect((await send(auth, "/change-password", change, user)).status).toBe(200);
    await openChallenge(auth, user, { cookie: trusted });

    const second = await createTrusted();
    await send(second.auth, "/two-factor/disable", { password: PASSWORD }, second.user);
    const signedIn = await signIn(second.auth, second.user);
    skipTime(2 * MINUTE_MS);
    await enrol(second.auth, { ...second.user, cookie: cookiesOf(signedIn) });
    await openChallenge(second.auth, second.user, { cookie: second.trusted });
  });
});

it("two-step sign-in works on after a change of the secret", async () => {
  const [oldSecret, newSecret] = [createSecret(), createSecret()];
  const { environment, user } = await createEnrolled({ BETTER_AUTH_SECRET: oldSecret });
  const secrets = { BETTER_AUTH_SECRET: "", BETTER_AUTH_SECRETS: `2:${newSecret},1:${oldSecret}` };
  const auth = await createAuth(parseConfig({ ...environment, ...secrets }, ""));
  const cookie = await openChallenge(auth, user);
  expect((await sendCode(auth, user.authenticator.nextCode(), { cookie })).status).toBe(200);
  const next = await openChallenge(auth, user);
  expect((await sendRecoveryCode(auth, user.recoveryCodes[0], { cookie: next })).status).toBe(200);
  // The session of the older secret turns it off.
  expect((await send(auth, "/two-factor/disable", { password: PASSWORD }, user)).status).toBe(200);
});
