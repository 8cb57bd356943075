import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { decodeJwt } from "jose";
import Libsql from "libsql";
import {
  test as base,
  expect,
  fetchToken,
  newBrowser,
  newUser,
  signIn,
  signOut,
  signUp,
  type User,
} from "./fixtures.ts";
import { MAX_DELAY_MS } from "./revocation-delay.ts";
import { type Stack, startStack, type TokenMode } from "./stack.ts";

/** Access tokens of ended sessions, at two servers that poll the web app. Each test starts a stack of its own. */
const test = base.extend<{ start: (mode: TokenMode) => Promise<Stack> }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright requires an object pattern
  start: async ({}, use) => {
    const stacks: Stack[] = [];
    await use(async (mode) => {
      const stack = await startStack({ mode });
      stacks.push(stack);
      return stack;
    });
    await Promise.all(stacks.map((stack) => stack.stop()));
  },
});

/** How long the web app is away. An outage of five minutes is TODO_E2E_AWAY_SECONDS=300. */
const AWAY_SECONDS = Number(process.env.TODO_E2E_AWAY_SECONDS ?? 20);

/** A web app that has just started answers its first requests slowly, and each poll waits for at most 2 s. */
const START_TIMEOUT_MS = 45_000;

const MODES: TokenMode[] = ["shared-secret", "jwks"];

type Server = { apiUrl: string };

const requestList = ({ apiUrl }: Server, token: string) =>
  fetch(`${apiUrl}/api/${decodeJwt(token).sub}/tasks`, { headers: { authorization: `Bearer ${token}` } });

/** The status of a list request with this token. */
async function listStatus(server: Server, token: string): Promise<number> {
  const response = await requestList(server, token);
  await response.arrayBuffer();
  return response.status;
}

const listStatuses = (servers: Server[], token: string) =>
  Promise.all(servers.map((server) => listStatus(server, token)));

/** Waits until each server refuses the token. Returns the milliseconds since the session has ended, per server. */
const waitForRefusal = (servers: Server[], token: string, endedAt: number) =>
  Promise.all(
    servers.map(async (server) => {
      await expect.poll(() => listStatus(server, token), { intervals: [50], timeout: 2 * MAX_DELAY_MS }).toBe(401);
      return Math.round(performance.now() - endedAt);
    }),
  );

/** Sends requests of one user to every server, one after the other, until it is stopped. Returns how many got which status. */
function startRequests(servers: Server[], token: string): () => Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  let isRunning = true;
  const requests = servers.map(async (server) => {
    while (isRunning) {
      const status = await listStatus(server, token);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  });
  return async () => {
    isRunning = false;
    await Promise.all(requests);
    return statuses;
  };
}

/**
 * Performs the action, which ends a session by a request to the path. `whenEnded` is called with the instant of the web app's
 * response, while the page is still busy.
 */
async function endSession<T>(
  page: Page,
  path: string,
  action: () => Promise<void>,
  whenEnded: (endedAt: number) => Promise<T>,
): Promise<T> {
  const isEnd = (url: string, method: string) => method === "POST" && new URL(url).pathname === path;
  const response = page.waitForResponse((each) => isEnd(each.url(), each.request().method()));
  const [result] = await Promise.all([response.then(() => whenEnded(performance.now())), action()]);
  return result;
}

async function openSettings(page: Page): Promise<void> {
  await page.goto("/settings");
  await expect(page.getByRole("button", { name: "Change password" })).toBeEnabled();
}

async function signOutElsewhere(page: Page): Promise<void> {
  await openSettings(page);
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(page.getByRole("button", { name: /^Sign out (?!everywhere)/ })).toHaveCount(0);
}

async function changePassword(page: Page, user: User): Promise<void> {
  await openSettings(page);
  await page.getByLabel("Current password", { exact: true }).fill(user.password);
  await page.getByLabel("New password", { exact: true }).fill(newUser().password);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed.")).toBeVisible();
}

async function deleteAccount(page: Page, user: User): Promise<void> {
  await openSettings(page);
  await page.getByRole("button", { name: "Delete account…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password", { exact: true }).fill(user.password);
  await dialog.getByRole("button", { name: "Delete everything" }).click();
  await page.waitForURL("**/sign-in");
}

for (const mode of MODES) {
  test(`access tokens of an ended session are refused by two servers, and no others (${mode})`, async ({
    browser,
    start,
  }) => {
    test.setTimeout(180_000);
    const stack = await start(mode);
    const servers: Server[] = [stack, await stack.startReplica()];

    /** Signs a user in on a device of its own. */
    const newDevice = async (user?: User): Promise<{ page: Page; user: User; token: string }> => {
      const page = await newBrowser(browser, stack);
      if (user) {
        await page.goto("/sign-in");
        await signIn(page, user);
        await page.waitForURL("**/tasks");
      }
      const signedIn = user ?? (await signUp(page));
      const { token } = await fetchToken(page);
      expect(await listStatuses(servers, token)).toEqual([200, 200]);
      return { page, user: signedIn, token };
    };
    /** Waits until both servers refuse the tokens, and states when. */
    const expectRefusal = (event: string, tokens: string[]) => async (endedAt: number) => {
      const delays = (await Promise.all(tokens.map((token) => waitForRefusal(servers, token, endedAt)))).flat();
      console.log(`${mode}, ${event}: refused after ${delays.join(", ")} ms`);
      expect(Math.max(...delays)).toBeLessThan(MAX_DELAY_MS);
      const response = await requestList(servers[0] as Server, tokens[0] as string);
      expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
      expect(await response.json()).toMatchObject({ status: 401, code: "invalid_token" });
    };

    const other = await newDevice();
    const stopRequests = startRequests(servers, other.token);

    const first = await newDevice();
    await endSession(
      first.page,
      "/api/auth/sign-out",
      () => signOut(first.page, first.user),
      expectRefusal("sign-out", [first.token]),
    );

    const ada = await newDevice();
    const [phone, tablet] = [await newDevice(ada.user), await newDevice(ada.user)];
    await endSession(
      ada.page,
      "/settings",
      () => signOutElsewhere(ada.page),
      expectRefusal("sign-out of other devices", [phone.token, tablet.token]),
    );
    expect(await listStatuses(servers, ada.token)).toEqual([200, 200]);

    const laptop = await newDevice(ada.user);
    await endSession(
      ada.page,
      "/api/auth/change-password",
      () => changePassword(ada.page, ada.user),
      expectRefusal("password change", [ada.token, laptop.token]),
    );
    // The device that has changed the password stays signed in, with a new session.
    const { token: renewed } = await fetchToken(ada.page);
    expect(await listStatuses(servers, renewed)).toEqual([200, 200]);

    const last = await newDevice();
    await endSession(
      last.page,
      "/api/auth/delete-user",
      () => deleteAccount(last.page, last.user),
      expectRefusal("account deletion", [last.token]),
    );

    // No refused token is accepted again, and no other user was refused.
    for (const token of [first.token, phone.token, tablet.token, ada.token, laptop.token, last.token])
      expect(await listStatuses(servers, token)).toEqual([401, 401]);
    expect(await listStatuses(servers, renewed)).toEqual([200, 200]);
    const statuses = await stopRequests();
    console.log(`${mode}, requests of another user meanwhile: ${JSON.stringify(statuses)}`);
    expect(Object.keys(statuses)).toEqual(["200"]);
  });

  test(`revocations stay in force while the web app is away, and new ones follow when it is back (${mode})`, async ({
    browser,
    start,
  }) => {
    test.setTimeout((AWAY_SECONDS + 220) * 1_000);
    const stack = await start(mode);
    const servers: Server[] = [stack, await stack.startReplica({ RUST_LOG: "off" })];
    await stack.stopBackend();
    // The log is off because the outage causes warnings.
    await stack.startBackend({ RUST_LOG: "off" });

    const devices = await Promise.all([1, 2, 3].map(() => newBrowser(browser, stack)));
    const [ended, next, other] = devices as [Page, Page, Page];
    const users = await Promise.all([ended, next, other].map((page) => signUp(page)));
    const tokenOf = async (page: Page) => (await fetchToken(page)).token;
    const [endedToken, nextToken, otherToken] = [await tokenOf(ended), await tokenOf(next), await tokenOf(other)];
    const signOutOf = (page: Page, user: User, servers: Server[], token: string) =>
      endSession(
        page,
        "/api/auth/sign-out",
        () => signOut(page, user),
        (endedAt) => waitForRefusal(servers, token, endedAt),
      );
    await signOutOf(ended, users[0] as User, servers, endedToken);

    const stopRequests = startRequests(servers, otherToken);
    await stack.stopApp();
    const strict = await stack.startReplica({ RUST_LOG: "off", TODO__AUTH__REVOCATIONS_REQUIRED: "true" });
    const back = performance.now() + AWAY_SECONDS * 1_000;
    while (performance.now() < back) expect(await listStatuses(servers, endedToken)).toEqual([401, 401]);
    // A server that requires the list and has never had one accepts nothing.
    const response = await requestList(strict, otherToken);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);

    await stack.startApp();
    await expect.poll(() => listStatus(strict, otherToken), { timeout: START_TIMEOUT_MS }).toBe(200);
    expect(await listStatuses(servers, nextToken)).toEqual([200, 200]);
    await next.reload();
    const delays = await signOutOf(next, users[1] as User, [...servers, strict], nextToken);
    console.log(`${mode}, web app away for ${AWAY_SECONDS} s: refused ${delays.join(", ")} ms after the next sign-out`);
    expect(Math.max(...delays)).toBeLessThan(MAX_DELAY_MS);

    // A server that has just started learns what was revoked before the web app's restart.
    const newest = await stack.startReplica();
    await expect.poll(() => listStatus(newest, endedToken), { timeout: START_TIMEOUT_MS }).toBe(401);
    expect(await listStatuses(servers, endedToken)).toEqual([401, 401]);
    const statuses = await stopRequests();
    console.log(`${mode}, requests of another user meanwhile: ${JSON.stringify(statuses)}`);
    expect(Object.keys(statuses)).toEqual(["200"]);
  });
}

const ENTRIES = 10_000;
const MAX_GROWTH_MIB = 32;

test("list of 10,000 revocations is loaded without refusing anyone else", async ({ browser, start }) => {
  test.skip(process.platform !== "linux", "requires /proc");
  test.setTimeout(150_000);
  const stack = await start("shared-secret");
  const replica = await stack.startReplica();
  const [device, other] = [await newBrowser(browser, stack), await newBrowser(browser, stack)];
  const user = await signUp(device);
  await signUp(other);
  const [{ token }, { token: otherToken }] = [await fetchToken(device), await fetchToken(other)];
  const stopRequests = startRequests([stack, replica], otherToken);
  const before = residentMiB(replica.pid);
  addRevocations(stack, ENTRIES);
  // The entry of this session is in the same list as the 10,000.
  const delays = await endSession(
    device,
    "/api/auth/sign-out",
    () => signOut(device, user),
    (endedAt) => waitForRefusal([stack, replica], token, endedAt),
  );
  const growth = residentMiB(replica.pid) - before;
  const list = await (await fetch(`${stack.baseUrl}/api/auth/revocations`)).text();
  const size = Math.round(list.length / 1024);
  console.log(
    `${ENTRIES} revocations: list of ${size} KiB, ${growth.toFixed(1)} MiB more memory, refused after ${delays.join(", ")} ms`,
  );
  expect(decodeJwt<{ revocations: unknown[] }>(list).revocations).toHaveLength(ENTRIES + 1);
  expect(growth).toBeLessThan(MAX_GROWTH_MIB);
  expect(Math.max(...delays)).toBeLessThan(MAX_DELAY_MS);
  expect(Object.keys(await stopRequests())).toEqual(["200"]);
});

/** Resident memory of the process in MiB. */
function residentMiB(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/VmRSS:\s+(\d+)/)?.[1]) / 1024;
}

/** Records revocations of sessions as the web app does, in its database. */
function addRevocations({ folder }: Stack, count: number): void {
  const database = new Libsql(`${folder}/auth.db`);
  database.exec("PRAGMA busy_timeout = 5000");
  const now = Math.floor(Date.now() / 1000);
  const insert = database.prepare(
    'INSERT INTO revocation (id, claim, value, "before", "until") VALUES (?, ?, ?, ?, ?)',
  );
  database.transaction(() => {
    for (let index = 0; index < count; index++) {
      const id = `${index}`.padStart(32, "s");
      insert.run(id, "sid", id, now, now + 3_600);
    }
  })();
  database.close();
}
