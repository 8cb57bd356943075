import { runWithEndpointContext } from "@better-auth/core/context";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AccountActivity } from "./account-activity.ts";
import { isRecentlyReauthenticated, SENSITIVE_ROUTES } from "./reauthentication.ts";
import { toEntry } from "./recent-activity.ts";
import { securityEventLog } from "./security-events.ts";
import { startRecorder } from "./test-backend.ts";
import { cookiesOf, createTestAuth, PASSWORD, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

// Each test hashes several passwords.
vi.setConfig({ testTimeout: 60_000 });

const MINUTE_MS = 60_000;

let lines: string[] = [];
beforeEach(() => {
  lines = [];
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

const events = () => lines.filter((line) => line.includes('"target":"security"')).map((line) => JSON.parse(line));

const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code?: string }).code];

const reauthenticate = ({ auth }: TestAuth, cookie: string, password: unknown = PASSWORD) =>
  sendRequest(auth, "/reauthenticate", { body: { password }, cookie });

const registerOptions = ({ auth }: TestAuth, cookie: string) =>
  sendRequest(auth, "/passkey/generate-register-options", { cookie });

const titlesOf = async ({ auth }: TestAuth, userId: string) =>
  (await new AccountActivity((await auth.$context).adapter).list(userId)).map(toEntry).map(({ title }) => title);

it("sensitive route is refused after a sign-in with the password, and allowed after a reauthentication", async () => {
  const testAuth = await createTestAuth();
  const { cookie } = await signUpUser(testAuth.auth);
  expect(await codeOf(await registerOptions(testAuth, cookie))).toEqual([403, "REAUTHENTICATION_REQUIRED"]);
  const response = await reauthenticate(testAuth, cookie);
  expect([response.status, await response.json()]).toEqual([200, { success: true }]);
  expect((await registerOptions(testAuth, cookiesOf(response))).status).toBe(200);
});

it("reauthentication counts for five minutes", async () => {
  const testAuth = await createTestAuth();
  const { cookie } = await signUpUser(testAuth.auth);
  vi.useFakeTimers({ toFake: ["Date"] });
  const confirmed = cookiesOf(await reauthenticate(testAuth, cookie));
  vi.setSystemTime(Date.now() + 5 * MINUTE_MS - 1_000);
  expect((await registerOptions(testAuth, confirmed)).status).toBe(200);
  vi.setSystemTime(Date.now() + 1_000);
  expect(await codeOf(await registerOptions(testAuth, confirmed))).toEqual([403, "REAUTHENTICATION_REQUIRED"]);
});

it("reauthentication replaces the session quietly, and other devices keep theirs", async () => {
  const testAuth = await createTestAuth();
  const { cookie, id, email } = await signUpUser(testAuth.auth);
  const phone = cookiesOf(await sendRequest(testAuth.auth, "/sign-in/email", { body: { email, password: PASSWORD } }));
  const { adapter, internalAdapter } = await testAuth.auth.$context;
  const before = await internalAdapter.listSessions(id);
  const confirmed = cookiesOf(await reauthenticate(testAuth, cookie));
  const status = async (each: string) => (await sendRequest(testAuth.auth, "/api-token", { cookie: each })).status;
  expect([await status(cookie), await status(confirmed), await status(phone)]).toEqual([401, 200, 200]);
  // The access tokens of the old session are revoked with it.
  const after = await internalAdapter.listSessions(id);
  const ended = before.filter((session) => after.every((each) => each.id !== session.id)).map((session) => session.id);
  const revoked = await adapter.findMany<{ claim: string; value: string }>({ model: "revocation" });
  expect(revoked.map(({ claim, value }) => [claim, value])).toEqual([["sid", ended[0]]]);
  expect(events().map(({ event }) => event)).not.toContain("session_revoked");
  expect(events().at(-1)).toMatchObject({ event: "reauthentication", outcome: "success", user: id });
  expect(await titlesOf(testAuth, id)).toEqual(["Signed in", "Account created"]);
});

it("wrong, missing and malformed passwords are refused, keep the session and are events", async () => {
  const testAuth = await createTestAuth();
  const { cookie, id } = await signUpUser(testAuth.auth);
  for (const password of ["not the password", "", ["a"], "x".repeat(5_000)])
    expect(await codeOf(await reauthenticate(testAuth, cookie, password))).toEqual([400, "INVALID_PASSWORD"]);
  expect((await sendRequest(testAuth.auth, "/api-token", { cookie })).status).toBe(200);
  expect((await reauthenticate(testAuth, "")).status).toBe(401);
  expect(events().filter(({ event }) => event === "reauthentication")).toMatchObject([
    { outcome: "failure", reason: "invalid_password", user: id },
  ]);
  expect(await titlesOf(testAuth, id)).toEqual(["4 wrong passwords to confirm a change", "Account created"]);
});

it("request cannot set the time of the reauthentication itself", async () => {
  const testAuth = await createTestAuth();
  const { cookie } = await signUpUser(testAuth.auth);
  const reauthenticatedAt = new Date().toISOString();
  const response = await sendRequest(testAuth.auth, "/update-session", { body: { reauthenticatedAt }, cookie });
  expect(response.ok).toBe(false);
  expect(await codeOf(await registerOptions(testAuth, cookie))).toEqual([403, "REAUTHENTICATION_REQUIRED"]);
});

it("account is deleted without a password in the body after a reauthentication", async () => {
  const { origin } = await startRecorder(204);
  const testAuth = await createTestAuth({ API_URL: origin });
  const { cookie, id } = await signUpUser(testAuth.auth);
  const remove = (each: string) => sendRequest(testAuth.auth, "/delete-user", { body: {}, cookie: each });
  expect(await codeOf(await remove(cookie))).toEqual([403, "REAUTHENTICATION_REQUIRED"]);
  expect((await remove(cookiesOf(await reauthenticate(testAuth, cookie)))).status).toBe(200);
  expect(await (await testAuth.auth.$context).internalAdapter.findUserById(id)).toBeNull();
});

it("password in the body of a route that does not verify it is no reauthentication", async () => {
  const testAuth = await createTestAuth();
  const { cookie } = await signUpUser(testAuth.auth);
  for (const path of SENSITIVE_ROUTES.filter(
    (each) => each.startsWith("/passkey/verify") || each.includes("delete-p"),
  )) {
    const response = await sendRequest(testAuth.auth, path, { body: { id: "x", password: PASSWORD }, cookie });
    expect(await codeOf(response), path).toEqual([403, "REAUTHENTICATION_REQUIRED"]);
  }
});

it("methods of an account with a password are those that it has", async () => {
  const testAuth = await createTestAuth();
  const { cookie } = await signUpUser(testAuth.auth);
  const response = await sendRequest(testAuth.auth, "/reauthentication-methods", { cookie });
  expect(await response.json()).toEqual({ password: true, passkey: false });
  expect((await sendRequest(testAuth.auth, "/reauthentication-methods")).status).toBe(401);
});

it("sign-in with a provider is a reauthentication if the account has neither password nor passkey", async () => {
  const { auth } = await createTestAuth();
  const { id } = await signUpUser(auth);
  const { internalAdapter, adapter, ...context } = await auth.$context;
  const signIn = (path: string) =>
    runWithEndpointContext({ path, context: { ...context, adapter, internalAdapter } } as never, () =>
      internalAdapter.createSession(id),
    );
  expect(await signIn("/callback/:id")).toMatchObject({ reauthenticatedAt: null });
  await adapter.deleteMany({ model: "account", where: [{ field: "userId", value: id }] });
  expect(await signIn("/callback/:id")).toMatchObject({ reauthenticatedAt: expect.any(Date) });
  expect(await signIn("/sign-in/email")).toMatchObject({ reauthenticatedAt: null });
});

it("session without a time is not recently reauthenticated", () => {
  expect(isRecentlyReauthenticated({ id: "a" })).toBe(false);
  expect(isRecentlyReauthenticated({ id: "a", reauthenticatedAt: null })).toBe(false);
  expect(isRecentlyReauthenticated({ id: "a", reauthenticatedAt: new Date().toISOString() })).toBe(true);
});
