import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { AccountActivity, MAX_ACTIVITIES_PER_ACCOUNT } from "./account-activity.ts";
import { toEntry } from "./recent-activity.ts";
import { securityEventLog } from "./security-events.ts";
import { withResponseEvents } from "./security-events-plugin.ts";
import {
  cookiesOf,
  createPersonalToken,
  createTestAuth,
  sendRequest,
  signUpUser,
  type TestAuth,
} from "./test-utils.ts";

// Each test hashes several passwords.
vi.setConfig({ testTimeout: 60_000 });

/** Failed sign-ins are stored a second later. */
const STORED = { timeout: 20_000 };

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
});

const PASSWORD = "a long phrase";

const events = () =>
  lines
    .flatMap((text) => text.trim().split("\n"))
    .filter((line) => line.includes('"target":"security"'))
    .map((line) => JSON.parse(line));

const lastEvent = () => events().at(-1);

const signIn = (auth: TestAuth["auth"], email: string, password = PASSWORD) =>
  sendRequest(auth, "/sign-in/email", { body: { email, password } });

async function activityOf(auth: TestAuth["auth"]) {
  const { adapter } = await auth.$context;
  return new AccountActivity(adapter);
}

const titlesOf = async (auth: TestAuth["auth"], userId: string) =>
  (await (await activityOf(auth)).list(userId)).map(toEntry).map((entry) => entry.title);

it("creation and revocation of a personal access token are events of the user, without its name in the log", async () => {
  const { auth } = await createTestAuth();
  const { id, cookie } = await signUpUser(auth);
  const token = await createPersonalToken(auth, cookie, { name: "Backup script" });
  expect(lastEvent()).toMatchObject({ event: "personal_token_created", outcome: "success", user: id, level: "INFO" });
  await sendRequest(auth, "/personal-tokens/create", { body: { name: "" }, cookie });
  const failure = { event: "personal_token_created", outcome: "failure", reason: "token_name_required", user: id };
  expect(lastEvent()).toMatchObject(failure);
  await sendRequest(auth, "/personal-tokens/revoke", { body: { id: token.id }, cookie });
  expect(lastEvent()).toMatchObject({ event: "personal_token_revoked", outcome: "success", user: id });
  await sendRequest(auth, "/personal-tokens/revoke", { body: { id: "unknown" }, cookie });
  expect(lastEvent()).toMatchObject({ event: "personal_token_revoked", reason: "personal_token_not_found" });
  expect(await titlesOf(auth, id)).toEqual([
    "Personal access token revoked: Backup script",
    "Personal access token created: Backup script",
    "Account created",
  ]);
  for (const secret of ["Backup script", token.token, token.token.split(".")[2] ?? ""])
    expect(lines.join("")).not.toContain(secret);
});

it("access token that is sent to the web app's own routes is refused, and an event", async () => {
  const { auth } = await createTestAuth();
  const { token } = await createPersonalToken(auth, (await signUpUser(auth)).cookie);
  const headers = { authorization: `Bearer ${token}` };
  const response = await auth.handler(new Request("http://localhost:3000/api/auth/api-token", { headers }));
  expect(response.status).toBe(401);
  expect(lastEvent()).toMatchObject({ event: "token_refused", outcome: "refused", reason: "wrong_endpoint" });
  expect((await sendRequest(auth, "/api-token")).status).toBe(401);
  expect(events().filter(({ event }) => event === "token_refused")).toHaveLength(1);
});

it("sign-up, sign-in, sign-out and password change are events of the user", async () => {
  const { auth } = await createTestAuth();
  const { id, email, cookie } = await signUpUser(auth);
  expect(lastEvent()).toMatchObject({
    event: "sign_up",
    outcome: "success",
    user: id,
    client: "192.0.2.1",
    level: "INFO",
  });
  await sendRequest(auth, "/sign-out", { body: {}, cookie });
  expect(lastEvent()).toMatchObject({ event: "sign_out", outcome: "success", user: id });
  const session = cookiesOf(await signIn(auth, email));
  expect(lastEvent()).toMatchObject({ event: "sign_in", outcome: "success", user: id });

  const change = { currentPassword: "not the password", newPassword: "another long phrase" };
  await sendRequest(auth, "/change-password", { body: change, cookie: session });
  expect(lastEvent()).toMatchObject({
    event: "password_change",
    outcome: "failure",
    reason: "invalid_password",
    user: id,
  });
  await sendRequest(auth, "/change-password", { body: { ...change, currentPassword: PASSWORD }, cookie: session });
  expect(lastEvent()).toMatchObject({ event: "password_change", outcome: "success", user: id });
  expect(await titlesOf(auth, id)).toEqual(["Password changed", "Signed in", "Signed out", "Account created"]);
  expect(lines.join("")).not.toContain(email);
  expect(lines.join("")).not.toContain("long phrase");
});

it("failed sign-in is an event with the hash of the address, and of an existing account it is shown and counted", async () => {
  const { auth } = await createTestAuth();
  const { id, email } = await signUpUser(auth);
  await signIn(auth, email.toUpperCase(), "not the password");
  const known = lastEvent();
  expect(known).toMatchObject({
    event: "sign_in",
    outcome: "failure",
    reason: "invalid_email_or_password",
    level: "WARN",
  });
  expect(known.email_hash).toMatch(/^[0-9a-f]{32}$/);
  expect(known).not.toHaveProperty("user");
  await signIn(auth, "unknown@example.com", "not the password");
  expect(lastEvent().email_hash).not.toBe(known.email_hash);
  await expect.poll(() => titlesOf(auth, id), STORED).toContain("Failed sign-in");

  await signIn(auth, email, "not the password");
  await signIn(auth, email, "not the password");
  await expect.poll(() => titlesOf(auth, id), STORED).toEqual(["3 failed sign-ins", "Account created"]);
  // The row has the time of the failure, not that of its storage.
  await signIn(auth, email, "not the password");
  await signIn(auth, email);
  await expect.poll(() => titlesOf(auth, id), STORED).toEqual(["Signed in", "4 failed sign-ins", "Account created"]);
  // The log counts what it does not repeat.
  securityEventLog().writeAllCounts();
  expect(events().filter((event) => event.email_hash === known.email_hash && event.count)).toMatchObject([
    { count: 3 },
  ]);
});

it("sessions that end by a password change are events, and one line of the account", async () => {
  const { auth } = await createTestAuth();
  const { id, email, cookie } = await signUpUser(auth);
  await signIn(auth, email);
  await signIn(auth, email);
  const body = { currentPassword: PASSWORD, newPassword: "another long phrase", revokeOtherSessions: true };
  expect((await sendRequest(auth, "/change-password", { body, cookie })).status).toBe(200);
  securityEventLog().writeAllCounts();
  const revoked = events().filter((event) => event.event === "session_revoked");
  expect(revoked).toMatchObject([{ reason: "password_change", user: id }, { count: 1 }]);
  const titles = await titlesOf(auth, id);
  expect(titles).toContain("Password changed");
  expect(titles.filter((title) => title.startsWith("Signed out"))).toEqual(["Signed out 2 devices"]);
});

it("session that another device ends is an event that names the device", async () => {
  const { auth } = await createTestAuth();
  const { id, email } = await signUpUser(auth);
  const { internalAdapter } = await auth.$context;
  await signIn(auth, email);
  const [session] = await internalAdapter.listSessions(id);
  await internalAdapter.deleteSession(session?.token ?? "");
  expect(lastEvent()).toMatchObject({ event: "session_revoked", outcome: "success", reason: "revoked", user: id });
  const [line] = (await (await activityOf(auth)).list(id)).map(toEntry);
  expect(line).toMatchObject({ title: "Signed out an unknown device", device: "an unknown device" });
});

it("deleted account is one event, and its lines are deleted with it", async () => {
  const backend = createServer((request, response) =>
    request.method === "DELETE"
      ? response.writeHead(204).end()
      : response.setHeader("content-type", "application/json").end("[]"),
  );
  await once(backend.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => void backend.close());
  const { port } = backend.address() as AddressInfo;
  const { auth } = await createTestAuth({ API_URL: `http://127.0.0.1:${port}` });
  const { id, cookie } = await signUpUser(auth);
  const { adapter } = await auth.$context;
  expect(await adapter.count({ model: "accountActivity" })).toBe(1);
  const deletion = await sendRequest(auth, "/delete-user", { body: { password: PASSWORD }, cookie });
  expect(deletion.status).toBe(200);
  expect(events().map((event) => event.event)).toEqual(["verification_sent", "sign_up", "account_deleted"]);
  expect(lastEvent()).toMatchObject({ event: "account_deleted", outcome: "success", user: id });
  expect(await adapter.count({ model: "accountActivity" })).toBe(0);
});

it("refused deletion of an account is an event", async () => {
  const { auth } = await createTestAuth();
  const { id, cookie } = await signUpUser(auth);
  const deletion = await sendRequest(auth, "/delete-user", { body: { password: "not the password" }, cookie });
  expect(deletion.ok).toBe(false);
  const event = { event: "account_deleted", outcome: "failure", client: "192.0.2.1", user: id };
  expect(lastEvent()).toMatchObject({ ...event, reason: "invalid_password" });
});

it("deletion of an account that is refused before every hook is an event", async () => {
  const auth = withResponseEvents({
    handler: async () => Response.json({ code: "REAUTHENTICATION_REQUIRED" }, { status: 403 }),
    api: { getSession: async () => ({ user: { id: "ann" } }) },
  });
  const response = await sendRequest(auth, "/delete-user", { body: {} });
  expect(await response.json()).toEqual({ code: "REAUTHENTICATION_REQUIRED" });
  expect(lastEvent()).toMatchObject({
    event: "account_deleted",
    outcome: "failure",
    reason: "reauthentication_required",
    user: "ann",
  });
  await sendRequest(auth, "/change-password", { body: {} });
  expect(events()).toHaveLength(1);
});

it("request that a rate limit refuses is an event", async () => {
  const { auth } = await createTestAuth();
  let status = 0;
  for (let attempt = 0; attempt < 100 && status !== 429; attempt++)
    ({ status } = await sendRequest(auth, "/sign-in/email", { body: { email: "x", password: "x" } }));
  expect(status).toBe(429);
  expect(lastEvent()).toMatchObject({
    event: "limit_exceeded",
    outcome: "refused",
    limit: "sign_in",
    client: "192.0.2.1",
  });
});

it("failing database fails no sign-in", async () => {
  const { auth } = await createTestAuth();
  const { email } = await signUpUser(auth);
  const { adapter } = await auth.$context;
  const create = adapter.create;
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(adapter, "create").mockImplementation((data) =>
    data.model === "accountActivity" ? Promise.reject(new Error("disk full")) : create(data),
  );
  expect((await signIn(auth, email)).status).toBe(200);
  expect(lastEvent()).toMatchObject({ event: "sign_in", outcome: "success" });
});

describe("activity of an account", () => {
  it("is bounded, and the latest events are kept", async () => {
    const { auth } = await createTestAuth();
    const [ann, bob] = [await signUpUser(auth), await signUpUser(auth)];
    const activity = await activityOf(auth);
    for (let i = 0; i < MAX_ACTIVITIES_PER_ACCOUNT + 20; i++)
      await activity.record({ userId: ann.id, event: "sign_in", outcome: "success", device: `device ${i}` });
    const rows = await activity.list(ann.id);
    expect(rows).toHaveLength(MAX_ACTIVITIES_PER_ACCOUNT);
    expect(rows.map((row) => row.device)).toContain(`device ${MAX_ACTIVITIES_PER_ACCOUNT + 19}`);
    expect(await activity.list(bob.id)).toHaveLength(1);
    const { adapter } = await auth.$context;
    expect(await adapter.count({ model: "accountActivity" })).toBe(MAX_ACTIVITIES_PER_ACCOUNT + 1);
  });

  it("is not displaced by failed sign-ins", async () => {
    const { auth } = await createTestAuth();
    const { id } = await signUpUser(auth);
    const activity = await activityOf(auth);
    for (let i = 0; i < 150; i++)
      await activity.record({ userId: id, event: "sign_in", outcome: "failure", device: `device ${i}` });
    expect((await activity.list(id)).map(toEntry)).toMatchObject([
      { title: "150 failed sign-ins", device: "device 149", isFailure: true, isRepeated: true },
      { title: "Account created" },
    ]);
  });
});
