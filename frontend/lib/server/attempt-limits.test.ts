import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createAuth } from "../auth.ts";
import { CLIENT_IP_HEADER } from "./client-ip.ts";
import { parseConfig } from "./config.ts";
import { createDatabaseVariables, databaseKinds } from "./test-databases.ts";
import { cookiesOf, createTestAuth, signUpUser, type TestAuth } from "./test-utils.ts";

type Auth = TestAuth["auth"];
type PostOptions = { address?: string; cookie?: string; body?: object };

const PASSWORD = "a long phrase";
const SECOND_MS = 1_000;

function post(auth: Auth, path: string, { address = "192.0.2.1", cookie = "", body = {} }: PostOptions) {
  const headers = { origin: "http://localhost:3000", "content-type": "application/json", [CLIENT_IP_HEADER]: address };
  const init = { method: "POST", headers: { ...headers, cookie }, body: JSON.stringify(body) };
  return auth.handler(new Request(`http://localhost:3000/api/auth${path}`, init));
}

const attempt = async (auth: Auth, email: string, address = "192.0.2.1", cookie = "") =>
  post(auth, "/sign-in/email", { address, cookie, body: { email, password: "a wrong phrase" } });

const signIn = async (auth: Auth, email: string, address = "192.0.2.1", cookie = "") =>
  post(auth, "/sign-in/email", { address, cookie, body: { email, password: PASSWORD } });

/** An address of its own for each number. */
const addressOf = (index: number) => `198.51.${Math.floor(index / 250)}.${(index % 250) + 1}`;

const statusOf = ({ status }: Response) => status;
const retryAfterOf = (response: Response) => Number(response.headers.get("retry-after"));

const statusesOf = async (requests: Promise<Response>[]) => (await Promise.all(requests)).map(statusOf);

async function inTurn<T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> {
  const results = [];
  for (let index = 0; index < count; index++) results.push(await run(index));
  return results;
}

function skipTime(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
}

/** The cookie that remembers the browser, without the session. */
const knownBrowserOf = (cookie: string) =>
  cookie.split("; ").find((each) => each.startsWith("better-auth.known_browser=")) ?? "";

// The clock stands still, so that no delay ends while a test runs.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe.each(databaseKinds)("with an %s database", { timeout: 120_000 }, (kind) => {
  /** An app with two users. From then on no password is hashed for an attempt that fails. */
  async function createTestApp() {
    const app = await createTestAuth(await createDatabaseVariables(kind));
    const [user, other] = [await signUpUser(app.auth), await signUpUser(app.auth)];
    const { password } = await app.auth.$context;
    const verify = password.verify.bind(password);
    vi.spyOn(password, "hash").mockResolvedValue("");
    vi.spyOn(password, "verify").mockImplementation(async (data) => data.password === PASSWORD && verify(data));
    return { ...app, user, other };
  }

  it("ninth sign-in in a minute with one e-mail from one address is refused, and others are not", async () => {
    const { auth, user } = await createTestApp();
    const statuses = await inTurn(8, async () => statusOf(await attempt(auth, user.email)));
    expect(new Set(statuses)).toEqual(new Set([401]));
    const refused = await attempt(auth, user.email.toUpperCase());
    expect(refused.status).toBe(429);
    expect(retryAfterOf(refused)).toBeGreaterThan(50);
    expect(retryAfterOf(refused)).toBeLessThanOrEqual(60);
    expect(await refused.json()).toMatchObject({ code: "TOO_MANY_ATTEMPTS", message: expect.stringContaining("Try") });
    // Behind the same proxy, and at another address.
    expect(statusOf(await attempt(auth, "other@example.com"))).toBe(401);
    expect(statusOf(await signIn(auth, user.email, "192.0.2.2"))).toBe(200);
    skipTime(60 * SECOND_MS);
    expect(statusOf(await signIn(auth, user.email))).toBe(200);
  });

  it("61st sign-in in a minute from one address is refused, also within one IPv6 network", async () => {
    const { auth, user } = await createTestApp();
    const address = (index: number) => `2001:db8:1:2::${(index + 1).toString(16)}`;
    const statuses = await inTurn(60, async (index) =>
      statusOf(await attempt(auth, `user-${index}@example.org`, address(index))),
    );
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(statusOf(await signIn(auth, user.email, address(60)))).toBe(429);
    expect(statusOf(await signIn(auth, user.email, "2001:db8:1:3::1"))).toBe(200);
    // A browser in which the account has signed in before does not depend on its neighbours.
    expect(statusOf(await signIn(auth, user.email, address(60), knownBrowserOf(user.cookie)))).toBe(200);
  });

  it("attempts at one account from many addresses are delayed more and more, up to a minute", async () => {
    const { auth, user } = await createTestApp();
    const statuses = await inTurn(10, async (index) => statusOf(await attempt(auth, user.email, addressOf(index))));
    expect(new Set(statuses)).toEqual(new Set([401]));
    const delays = await inTurn(9, async (index) => {
      const refused = await attempt(auth, user.email, addressOf(100 + index));
      expect(refused.status).toBe(429);
      skipTime(retryAfterOf(refused) * SECOND_MS);
      expect(statusOf(await attempt(auth, user.email, addressOf(200 + index)))).toBe(401);
      return retryAfterOf(refused);
    });
    expect(delays.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 32, 60]);
    expect(Math.max(...delays)).toBe(60);
    // Attempts are forgotten after a quarter of an hour, and another account is not affected.
    expect(statusOf(await attempt(auth, "other@example.com", addressOf(300)))).toBe(401);
    skipTime(15 * 60 * SECOND_MS);
    expect(statusOf(await attempt(auth, user.email, addressOf(301)))).toBe(401);
    expect(statusOf(await signIn(auth, user.email, addressOf(302)))).toBe(200);
  });

  it("owner signs in with a known browser while an attacker keeps up the delay", async () => {
    const { auth, user } = await createTestApp();
    await inTurn(20, (index) => attempt(auth, user.email, addressOf(index)));
    const known = knownBrowserOf(user.cookie);
    expect(known).not.toBe("");
    await inTurn(5, async (minute) => {
      skipTime(60 * SECOND_MS);
      await inTurn(3, (index) => attempt(auth, user.email, addressOf(100 + 10 * minute + index)));
      // The delay is in force for other browsers, and at the attacker's own address.
      expect(statusOf(await signIn(auth, user.email, addressOf(900 + minute)))).toBe(429);
      expect(statusOf(await signIn(auth, user.email, addressOf(100), known))).toBe(200);
      // The owner's sign-in does not end the attacker's delay.
      expect(statusOf(await attempt(auth, user.email, addressOf(950 + minute)))).toBe(429);
    });
  });

  it("known browser is limited too, and only the account that signed in with it is known", async () => {
    const { auth, user } = await createTestApp();
    const known = knownBrowserOf(user.cookie);
    await inTurn(8, (index) => attempt(auth, user.email, addressOf(index), known));
    expect(statusOf(await attempt(auth, user.email, addressOf(9), known))).toBe(429);
    const forged = known.replace(/^([^=]*)=.{4}/, "$1=AAAA");
    const email = "somebody@example.com";
    await inTurn(10, (index) => attempt(auth, email, addressOf(100 + index)));
    expect(await inTurn(1, async () => statusOf(await attempt(auth, email, addressOf(200), known)))).toEqual([429]);
    await inTurn(10, (index) => attempt(auth, user.email, addressOf(300 + index)));
    expect(statusOf(await signIn(auth, user.email, addressOf(400), forged))).toBe(429);
  });

  it("browser is known after a sign-in, together with the accounts before", async () => {
    const { auth, user } = await createTestApp();
    vi.restoreAllMocks();
    const second = await signUpUser(auth);
    const cookie = knownBrowserOf(
      cookiesOf(await signIn(auth, second.email, "192.0.2.9", knownBrowserOf(user.cookie))),
    );
    for (const { email } of [user, second]) {
      await inTurn(10, (index) => attempt(auth, email, addressOf(index)));
      expect(statusOf(await signIn(auth, email, addressOf(50)))).toBe(429);
      expect(statusOf(await signIn(auth, email, addressOf(50), cookie))).toBe(200);
    }
  });

  it("successful sign-in ends the delay of the account", async () => {
    const { auth, user } = await createTestApp();
    for (const round of [0, 1, 2]) {
      await inTurn(9, (index) => attempt(auth, user.email, addressOf(100 * round + index)));
      expect(statusOf(await signIn(auth, user.email, addressOf(100 * round + 50)))).toBe(200);
    }
  });

  it("concurrent attempts are not more than the limits allow", async () => {
    const { auth, user } = await createTestApp();
    const isAllowed = (status: number) => status !== 429;
    const fromOne = await statusesOf(Array.from({ length: 30 }, () => attempt(auth, "a@example.com")));
    expect(fromOne.filter(isAllowed).length).toBeLessThanOrEqual(8);
    const fromMany = await statusesOf(
      Array.from({ length: 40 }, (_, index) => attempt(auth, user.email, addressOf(index))),
    );
    expect(fromMany.filter(isAllowed).length).toBeGreaterThan(0);
    expect(fromMany.filter(isAllowed).length).toBeLessThanOrEqual(10);
  });

  it("counters are shared by processes and kept over a restart", async () => {
    const { auth, user, environment } = await createTestApp();
    const second = await createAuth(parseConfig(environment, ""));
    await inTurn(4, () => attempt(auth, user.email));
    await inTurn(4, () => attempt(second, user.email));
    for (const each of [auth, second, await createAuth(parseConfig(environment, ""))])
      expect(statusOf(await attempt(each, user.email))).toBe(429);
  });

  it("stored counters contain no e-mail or IP address, and are deleted when they have expired", async () => {
    const { auth, user } = await createTestApp();
    await attempt(auth, user.email, "203.0.113.77");
    const { adapter } = await auth.$context;
    const rows = JSON.stringify(await adapter.findMany({ model: "attempt" }));
    expect(rows).not.toMatch(/example|203\.0/);
    expect(await adapter.count({ model: "attempt" })).toBeGreaterThanOrEqual(3);
    skipTime(61 * 60 * SECOND_MS);
    await attempt(auth, "other@example.com", "203.0.113.78");
    await vi.waitFor(async () => expect(await adapter.count({ model: "attempt" })).toBe(3), 5_000);
  });

  it("sign-ups behind one address are limited to 60 a minute", async () => {
    const { auth } = await createTestApp();
    const signUp = (index: number, address: string) =>
      post(auth, "/sign-up/email", {
        address,
        body: { name: "Ada", email: `new-${index}@example.com`, password: "x" },
      });
    // The password is too short, so that no account is made.
    const statuses = await inTurn(60, async (index) => statusOf(await signUp(index, "192.0.2.50")));
    expect(new Set(statuses)).toEqual(new Set([400]));
    const refused = await signUp(61, "192.0.2.50");
    expect([refused.status, retryAfterOf(refused) > 0]).toEqual([429, true]);
    expect(statusOf(await signUp(62, "192.0.2.51"))).toBe(400);
  });

  it.each(["/change-password", "/delete-user", "/reauthenticate"])(
    "%s is limited for each user, not for each address",
    async (path) => {
      const { auth, user, other } = await createTestApp();
      const body = {
        password: "a wrong phrase",
        currentPassword: "a wrong phrase",
        newPassword: "another long phrase",
      };
      const send = ({ cookie }: { cookie: string }, index: number) =>
        post(auth, path, { cookie, body, address: addressOf(index) });
      const statuses = await inTurn(5, async (index) => statusOf(await send(user, index)));
      expect(statuses).not.toContain(429);
      expect(statusOf(await send(user, 6))).toBe(429);
      expect(statusOf(await send(other, 6))).not.toBe(429);
    },
  );
});
