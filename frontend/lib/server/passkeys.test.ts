import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AccountActivity } from "./account-activity.ts";
import { CHALLENGE_COOKIE, MAX_PASSKEYS_PER_ACCOUNT, relyingPartyOf } from "./passkeys.ts";
import { toEntry } from "./recent-activity.ts";
import { securityEventLog } from "./security-events.ts";
import { startRecorder } from "./test-backend.ts";
import { createDatabaseVariables, databaseKinds } from "./test-databases.ts";
import {
  type Alterations,
  authenticationChallenge,
  registerPasskey,
  registrationChallenge,
  signInWithPasskey,
  TestAuthenticator,
} from "./test-passkey.ts";
import { cookiesOf, createTestAuth, PASSWORD, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

// Each test hashes several passwords.
vi.setConfig({ testTimeout: 60_000 });

let lines: string[] = [];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, "error").mockImplementation(() => {});
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
const lastEvent = () => events().at(-1);

type Body = { code?: string; passkey?: { id: string; name: string }; user?: { id: string } };

const bodyOf = async (response: Response) => (await response.json()) as Body;
const codeOf = async (response: Response) => [response.status, (await bodyOf(response)).code];

const titlesOf = async ({ auth }: TestAuth, userId: string) =>
  (await new AccountActivity((await auth.$context).adapter).list(userId)).map(toEntry).map(({ title }) => title);

const apiTokenStatus = async ({ auth }: TestAuth, cookie: string) =>
  (await sendRequest(auth, "/api-token", { cookie })).status;

async function reauthenticate({ auth }: TestAuth, cookie: string): Promise<string> {
  const response = await sendRequest(auth, "/reauthenticate", { body: { password: PASSWORD }, cookie });
  expect(response.status).toBe(200);
  return cookiesOf(response);
}

/** A new user who has authenticated again just now. */
async function signUpConfirmed(testAuth: TestAuth) {
  const user = await signUpUser(testAuth.auth);
  return { ...user, cookie: await reauthenticate(testAuth, user.cookie) };
}

async function signUpWithPasskey(testAuth: TestAuth) {
  const user = await signUpConfirmed(testAuth);
  const authenticator = new TestAuthenticator();
  const response = await registerPasskey(testAuth.auth, user.cookie, authenticator);
  expect(response.status).toBe(200);
  return { ...user, authenticator, passkeyId: (await bodyOf(response)).passkey?.id ?? "" };
}

const passkeysOf = async ({ auth }: TestAuth, userId: string) =>
  (await auth.$context).adapter.findMany<{ id: string; name: string; counter: number; lastUsedAt: Date | null }>({
    model: "passkey",
    where: [{ field: "userId", value: userId }],
  });

it.each(databaseKinds)("passkey is added, signs in alone and is removed, with an %s database", async (kind) => {
  const testAuth = await createTestAuth(await createDatabaseVariables(kind));
  const { cookie, id } = await signUpConfirmed(testAuth);
  const authenticator = new TestAuthenticator({ aaguid: "bada5566-a7aa-401f-bd96-45619a55120d" });
  const added = await registerPasskey(testAuth.auth, cookie, authenticator);
  const { passkey } = await bodyOf(added);
  // Neither the public key nor the credential's id.
  expect([added.status, passkey]).toEqual([
    200,
    { id: expect.any(String), name: "1Password", createdAt: expect.any(String), lastUsedAt: null },
  ]);
  expect(lastEvent()).toMatchObject({ event: "passkey_added", outcome: "success", user: id });

  const signedIn = await signInWithPasskey(testAuth.auth, authenticator);
  expect([signedIn.status, (await bodyOf(signedIn)).user?.id]).toEqual([200, id]);
  expect(lastEvent()).toMatchObject({ event: "sign_in", outcome: "success", user: id });
  const session = cookiesOf(signedIn);
  expect(await apiTokenStatus(testAuth, session)).toBe(200);
  expect((await passkeysOf(testAuth, id))[0]?.lastUsedAt).not.toBeNull();

  const body = { id: passkey?.id };
  const removed = await sendRequest(testAuth.auth, "/passkey/delete-passkey", { body, cookie: session });
  expect([removed.status, lastEvent()]).toMatchObject([
    200,
    { event: "passkey_removed", outcome: "success", user: id },
  ]);
  expect(await codeOf(await signInWithPasskey(testAuth.auth, authenticator))).toEqual([401, "PASSKEY_NOT_FOUND"]);
  expect(lastEvent()).toMatchObject({ event: "passkey_refused", outcome: "refused", reason: "passkey_not_found" });
  expect(await titlesOf(testAuth, id)).toEqual(["Passkey removed", "Signed in", "Passkey added", "Account created"]);
});

it("sign-in with a passkey answers with the user only, and remembers the browser", async () => {
  const testAuth = await createTestAuth();
  const { authenticator, id, email } = await signUpWithPasskey(testAuth);
  const response = await signInWithPasskey(testAuth.auth, authenticator);
  expect(await response.json()).toEqual({ user: { id, name: "Ada Quill", email } });
  expect(cookiesOf(response)).toMatch(/better-auth\.known_browser=/);
});

it("options demand user verification and a discoverable passkey, and disclose no account", async () => {
  const testAuth = await createTestAuth();
  const { cookie } = await signUpWithPasskey(testAuth);
  const options = async (path: string, sent?: string) => {
    const response = await sendRequest(testAuth.auth, `/passkey/${path}`, { cookie: sent });
    return response.json();
  };
  const anonymous = await options("generate-authenticate-options");
  expect(anonymous).toMatchObject({ userVerification: "required", rpId: "localhost" });
  expect(anonymous).not.toHaveProperty("allowCredentials");
  expect(await options("generate-authenticate-options", cookie)).toMatchObject({
    userVerification: "required",
    allowCredentials: [{ type: "public-key" }],
  });
  expect(await options("generate-register-options", cookie)).toMatchObject({
    rp: { id: "localhost", name: "Todo" },
    attestation: "none",
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    excludeCredentials: [{ type: "public-key" }],
  });
});

const ALTERED: [string, Alterations, string][] = [
  ["of another origin", { origin: "http://localhost:4000" }, "authentication_failed"],
  ["of a loopback address", { origin: "http://127.0.0.1:3000" }, "authentication_failed"],
  ["of another relying party", { rpID: "example.com" }, "authentication_failed"],
  ["without user verification", { userVerified: false }, "user_not_verified"],
  ["with another challenge", { challenge: "AAAA" }, "authentication_failed"],
  ["with the signature of another key", { key: new TestAuthenticator().key }, "authentication_failed"],
  ["with a counter that was used", { counter: 1 }, "authentication_failed"],
];

it.each(ALTERED)("passkey %s opens no session, and is an event", async (_case, alterations, reason) => {
  const testAuth = await createTestAuth();
  const { authenticator, id } = await signUpWithPasskey(testAuth);
  const sessions = async () => (await (await testAuth.auth.$context).internalAdapter.listSessions(id)).length;
  const before = await sessions();
  const response = await signInWithPasskey(testAuth.auth, authenticator, alterations);
  expect(response.ok).toBe(false);
  expect(cookiesOf(response)).not.toMatch(/session_token=[^;]/);
  expect(await sessions()).toBe(before);
  expect(lastEvent()).toMatchObject({ event: "passkey_refused", outcome: "refused", reason, user: id });
  expect(await titlesOf(testAuth, id)).toContain("Passkey refused");
  // The passkey itself still works.
  expect((await signInWithPasskey(testAuth.auth, authenticator, { counter: 50 })).status).toBe(200);
});

it.each(ALTERED.slice(0, 5))("passkey %s is not added", async (_case, alterations) => {
  const testAuth = await createTestAuth();
  const { cookie, id } = await signUpConfirmed(testAuth);
  const response = await registerPasskey(testAuth.auth, cookie, new TestAuthenticator(), alterations);
  expect(response.ok).toBe(false);
  expect(await passkeysOf(testAuth, id)).toEqual([]);
  expect(lastEvent()).toMatchObject({ event: "passkey_refused", outcome: "refused", user: id });
});

it("Origin header of the request does not become the expected origin", async () => {
  const testAuth = await createTestAuth({ TRUSTED_ORIGINS: "http://evil.localhost:3000" });
  const { authenticator } = await signUpWithPasskey(testAuth);
  const { challenge, cookie } = await authenticationChallenge(testAuth.auth);
  const origin = "http://evil.localhost:3000";
  const response = await testAuth.auth.handler(
    new Request("http://localhost:3000/api/auth/passkey/verify-authentication", {
      method: "POST",
      headers: { origin, cookie, "content-type": "application/json" },
      body: JSON.stringify({ response: authenticator.authenticate(challenge, { origin }) }),
    }),
  );
  expect(await codeOf(response)).toEqual([400, "AUTHENTICATION_FAILED"]);
});

it("assertion cannot be replayed, not even with its own cookie", async () => {
  const testAuth = await createTestAuth();
  const { authenticator, id } = await signUpWithPasskey(testAuth);
  const { challenge, cookie } = await authenticationChallenge(testAuth.auth);
  const body = { response: authenticator.authenticate(challenge) };
  const send = (sent: string) => sendRequest(testAuth.auth, "/passkey/verify-authentication", { body, cookie: sent });
  expect((await send(cookie)).status).toBe(200);
  expect(await codeOf(await send(cookie))).toEqual([400, "CHALLENGE_NOT_FOUND"]);
  expect(lastEvent()).toMatchObject({ event: "passkey_refused", reason: "challenge_not_found", user: id });
  expect((await send((await authenticationChallenge(testAuth.auth)).cookie)).ok).toBe(false);
});

it("challenge ends after five minutes, and expired challenges are deleted", async () => {
  const testAuth = await createTestAuth();
  const { authenticator } = await signUpWithPasskey(testAuth);
  vi.useFakeTimers({ toFake: ["Date"] });
  const { challenge, cookie } = await authenticationChallenge(testAuth.auth);
  for (let index = 0; index < 10; index++) await authenticationChallenge(testAuth.auth);
  const { adapter } = await testAuth.auth.$context;
  expect(await adapter.count({ model: "verification" })).toBe(11);
  vi.setSystemTime(Date.now() + 5 * 60_000 + 1_000);
  const body = { response: authenticator.authenticate(challenge) };
  const response = await sendRequest(testAuth.auth, "/passkey/verify-authentication", { body, cookie });
  expect(await codeOf(response)).toEqual([400, "CHALLENGE_NOT_FOUND"]);
  vi.setSystemTime(Date.now() + 60_000);
  await authenticationChallenge(testAuth.auth);
  await vi.waitFor(async () => expect(await adapter.count({ model: "verification" })).toBe(1), 5_000);
});

it("challenges of one address are limited to 120 a minute", async () => {
  const testAuth = await createTestAuth();
  vi.useFakeTimers({ toFake: ["Date"] });
  for (let index = 0; index < 120; index++) await authenticationChallenge(testAuth.auth);
  const refused = await sendRequest(testAuth.auth, "/passkey/generate-authenticate-options");
  expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
  expect(lastEvent()).toMatchObject({ event: "limit_exceeded", limit: "passkey_challenge" });
});

it("sign-ins with a passkey from one address are limited to 60 a minute", async () => {
  const testAuth = await createTestAuth();
  vi.useFakeTimers({ toFake: ["Date"] });
  const attempt = () =>
    sendRequest(testAuth.auth, "/passkey/verify-authentication", { body: { response: { id: "x" } } });
  for (let index = 0; index < 60; index++) expect((await attempt()).status).toBe(400);
  expect((await attempt()).status).toBe(429);
  expect(lastEvent()).toMatchObject({ event: "limit_exceeded", limit: "passkey_sign_in" });
});

it("passkey of a signed-in user is a reauthentication, which replaces the session quietly", async () => {
  const testAuth = await createTestAuth();
  const { authenticator, id, email } = await signUpWithPasskey(testAuth);
  const session = cookiesOf(
    await sendRequest(testAuth.auth, "/sign-in/email", { body: { email, password: PASSWORD } }),
  );
  const options = (cookie: string) => sendRequest(testAuth.auth, "/passkey/generate-register-options", { cookie });
  expect(await codeOf(await options(session))).toEqual([403, "REAUTHENTICATION_REQUIRED"]);
  const before = await titlesOf(testAuth, id);
  securityEventLog().writeAllCounts();
  lines = [];
  const confirmed = await signInWithPasskey(testAuth.auth, authenticator, { cookie: session });
  expect(confirmed.status).toBe(200);
  expect((await options(cookiesOf(confirmed))).status).toBe(200);
  expect(await apiTokenStatus(testAuth, session)).toBe(401);
  expect(events().map(({ event, outcome }) => [event, outcome])).toEqual([["reauthentication", "success"]]);
  expect(await titlesOf(testAuth, id)).toEqual(before);
});

it("passkey of another account is no reauthentication, and keeps the session", async () => {
  const testAuth = await createTestAuth();
  const [ada, ben] = [await signUpWithPasskey(testAuth), await signUpWithPasskey(testAuth)];
  const response = await signInWithPasskey(testAuth.auth, ben.authenticator, { cookie: ada.cookie });
  expect(await codeOf(response)).toEqual([401, "PASSKEY_OF_ANOTHER_ACCOUNT"]);
  expect(lastEvent()).toMatchObject({ event: "passkey_refused", reason: "passkey_of_another_account", user: ben.id });
  expect(await apiTokenStatus(testAuth, ada.cookie)).toBe(200);
});

it("challenge of another user's session opens no session", async () => {
  const testAuth = await createTestAuth();
  const [ada, ben] = [await signUpWithPasskey(testAuth), await signUpWithPasskey(testAuth)];
  const { challenge, cookie } = await authenticationChallenge(testAuth.auth, ada.cookie);
  const send = (session: string, authenticator: TestAuthenticator) =>
    sendRequest(testAuth.auth, "/passkey/verify-authentication", {
      body: { response: authenticator.authenticate(challenge) },
      cookie: [session, cookie].filter(Boolean).join("; "),
    });
  expect(await codeOf(await send(ben.cookie, ben.authenticator))).toEqual([401, "PASSKEY_OF_ANOTHER_ACCOUNT"]);
  const registration = await registrationChallenge(testAuth.auth, ada.cookie);
  const body = { response: ben.authenticator.register(registration.challenge) };
  const foreign = await sendRequest(testAuth.auth, "/passkey/verify-registration", {
    body,
    cookie: `${ben.cookie}; ${registration.cookie}`,
  });
  expect(await codeOf(foreign)).toEqual([401, "YOU_ARE_NOT_ALLOWED_TO_REGISTER_THIS_PASSKEY"]);
});

it("challenge of a registration does not sign in, and the reverse", async () => {
  const testAuth = await createTestAuth();
  const { authenticator, cookie, id } = await signUpWithPasskey(testAuth);
  const registration = await registrationChallenge(testAuth.auth, cookie);
  const signIn = await sendRequest(testAuth.auth, "/passkey/verify-authentication", {
    body: { response: authenticator.authenticate(registration.challenge) },
    cookie: registration.cookie,
  });
  expect(await codeOf(signIn)).toEqual([400, "CHALLENGE_NOT_FOUND"]);
  const authentication = await authenticationChallenge(testAuth.auth, cookie);
  const added = await sendRequest(testAuth.auth, "/passkey/verify-registration", {
    body: { response: new TestAuthenticator().register(authentication.challenge) },
    cookie: `${cookie}; ${authentication.cookie}`,
  });
  expect(await codeOf(added)).toEqual([400, "CHALLENGE_NOT_FOUND"]);
  expect(await passkeysOf(testAuth, id)).toHaveLength(1);
});

it("passkey of another user is neither renamed nor removed", async () => {
  const testAuth = await createTestAuth();
  const [ada, ben] = [await signUpWithPasskey(testAuth), await signUpWithPasskey(testAuth)];
  const send = (path: string, body: object) => sendRequest(testAuth.auth, path, { body, cookie: ben.cookie });
  expect((await send("/passkey/update-passkey", { id: ada.passkeyId, name: "Mine" })).status).toBe(401);
  expect((await send("/passkey/delete-passkey", { id: ada.passkeyId })).status).toBe(401);
  expect(lastEvent()).toMatchObject({ event: "passkey_refused", outcome: "refused", user: ben.id });
  expect((await passkeysOf(testAuth, ada.id)).map(({ name }) => name)).toEqual(["An unknown device"]);
});

it("name of a passkey is one line of at most 100 characters", async () => {
  const testAuth = await createTestAuth();
  const { cookie, passkeyId, id } = await signUpWithPasskey(testAuth);
  const rename = (name: unknown) =>
    sendRequest(testAuth.auth, "/passkey/update-passkey", { body: { id: passkeyId, name }, cookie });
  expect(await codeOf(await rename("x".repeat(101)))).toEqual([400, "NAME_TOO_LONG"]);
  expect(await codeOf(await rename("two\nlines"))).toEqual([400, "NAME_NOT_ONE_LINE"]);
  expect(await codeOf(await rename("  "))).toEqual([400, "PASSKEY_NAME_REQUIRED"]);
  expect((await rename(["x"])).status).toBe(400);
  expect((await bodyOf(await rename(` ${"ü".repeat(100)} `))).passkey?.name).toBe("ü".repeat(100));
  const added = await registerPasskey(testAuth.auth, cookie, new TestAuthenticator(), { name: "x".repeat(101) });
  expect(await codeOf(added)).toEqual([400, "NAME_TOO_LONG"]);
  expect(await passkeysOf(testAuth, id)).toHaveLength(1);
});

it("passkey that is registered already is not added again, to no account", async () => {
  const testAuth = await createTestAuth();
  const ada = await signUpWithPasskey(testAuth);
  const ben = await signUpConfirmed(testAuth);
  for (const cookie of [ada.cookie, ben.cookie]) {
    const added = await registerPasskey(testAuth.auth, cookie, ada.authenticator);
    expect(await codeOf(added)).toEqual([400, "PASSKEY_ALREADY_REGISTERED"]);
  }
  const { adapter } = await testAuth.auth.$context;
  const [row] = await adapter.findMany<Record<string, unknown>>({ model: "passkey" });
  // Two requests at the same time: the database refuses the second.
  const { id: _id, ...data } = row ?? {};
  await expect(adapter.create({ model: "passkey", data: { ...data, userId: ben.id } })).rejects.toThrow();
});

it(`account has at most ${MAX_PASSKEYS_PER_ACCOUNT} passkeys`, async () => {
  const testAuth = await createTestAuth();
  const { cookie, id } = await signUpConfirmed(testAuth);
  const { challenge, cookie: challengeCookie } = await registrationChallenge(testAuth.auth, cookie);
  for (let index = 0; index < MAX_PASSKEYS_PER_ACCOUNT; index++)
    expect((await registerPasskey(testAuth.auth, cookie, new TestAuthenticator())).status).toBe(200);
  const options = await sendRequest(testAuth.auth, "/passkey/generate-register-options", { cookie });
  expect(await codeOf(options)).toEqual([400, "TOO_MANY_PASSKEYS"]);
  const late = await sendRequest(testAuth.auth, "/passkey/verify-registration", {
    body: { response: new TestAuthenticator().register(challenge) },
    cookie: `${cookie}; ${challengeCookie}`,
  });
  expect(await codeOf(late)).toEqual([400, "TOO_MANY_PASSKEYS"]);
  expect(await passkeysOf(testAuth, id)).toHaveLength(MAX_PASSKEYS_PER_ACCOUNT);
});

it("adding a passkey opens no session", async () => {
  const testAuth = await createTestAuth();
  const { cookie, id } = await signUpConfirmed(testAuth);
  const { challenge, cookie: challengeCookie } = await registrationChallenge(testAuth.auth, cookie);
  const body = { response: new TestAuthenticator().register(challenge), createSession: true };
  const sent = `${cookie}; ${challengeCookie}`;
  const response = await sendRequest(testAuth.auth, "/passkey/verify-registration", { body, cookie: sent });
  expect(await codeOf(response)).toEqual([400, "CREATE_SESSION_NOT_SUPPORTED"]);
  expect(await passkeysOf(testAuth, id)).toEqual([]);
});

it("last passkey of an account without another way to sign in is kept", async () => {
  const testAuth = await createTestAuth();
  const { cookie, id, passkeyId } = await signUpWithPasskey(testAuth);
  const { adapter } = await testAuth.auth.$context;
  await adapter.deleteMany({ model: "account", where: [{ field: "userId", value: id }] });
  const remove = (passkey: string) =>
    sendRequest(testAuth.auth, "/passkey/delete-passkey", { body: { id: passkey }, cookie });
  expect(await codeOf(await remove(passkeyId))).toEqual([400, "LAST_SIGN_IN_METHOD"]);
  expect((await registerPasskey(testAuth.auth, cookie, new TestAuthenticator())).status).toBe(200);
  expect((await remove(passkeyId)).status).toBe(200);
  expect(await passkeysOf(testAuth, id)).toHaveLength(1);
});

it("passkey of a deleted account opens no session", async () => {
  const { origin } = await startRecorder(204);
  const testAuth = await createTestAuth({ API_URL: origin });
  const { authenticator, cookie, id } = await signUpWithPasskey(testAuth);
  // The reauthentication with the passkey is enough to delete the account.
  const confirmed = cookiesOf(await signInWithPasskey(testAuth.auth, authenticator, { cookie }));
  const deletion = await sendRequest(testAuth.auth, "/delete-user", { body: {}, cookie: confirmed });
  expect(deletion.status).toBe(200);
  expect(await passkeysOf(testAuth, id)).toEqual([]);
  expect(await codeOf(await signInWithPasskey(testAuth.auth, authenticator))).toEqual([401, "PASSKEY_NOT_FOUND"]);
  expect(lastEvent()).toMatchObject({ event: "passkey_refused", outcome: "refused", reason: "passkey_not_found" });
});

it("passkey of an account whose address is not verified does not sign in where that is required", async () => {
  const testAuth = await createTestAuth();
  const { authenticator, id } = await signUpWithPasskey(testAuth);
  const { options, internalAdapter } = await testAuth.auth.$context;
  Object.assign(options.emailAndPassword ?? {}, { requireEmailVerification: true });
  expect(await codeOf(await signInWithPasskey(testAuth.auth, authenticator))).toEqual([403, "EMAIL_NOT_VERIFIED"]);
  expect(lastEvent()).toMatchObject({ event: "passkey_refused", reason: "email_not_verified", user: id });
  await internalAdapter.updateUser(id, { emailVerified: true });
  expect((await signInWithPasskey(testAuth.auth, authenticator)).status).toBe(200);
});

it("sign-in with a passkey in a browser of another user ends that user's session", async () => {
  const testAuth = await createTestAuth();
  const [ada, ben] = [await signUpWithPasskey(testAuth), await signUpWithPasskey(testAuth)];
  const { challenge, cookie } = await authenticationChallenge(testAuth.auth);
  const body = { response: ben.authenticator.authenticate(challenge) };
  const sent = `${ada.cookie}; ${cookie}`;
  const response = await sendRequest(testAuth.auth, "/passkey/verify-authentication", { body, cookie: sent });
  expect([response.status, (await bodyOf(response)).user?.id]).toEqual([200, ben.id]);
  expect(await apiTokenStatus(testAuth, ada.cookie)).toBe(401);
  const revoked = events().filter(({ event, user }) => event === "session_revoked" && user === ada.id);
  expect(revoked).toMatchObject([{ reason: "new_sign_in" }]);
});

it("malformed responses are refused without an internal error", async () => {
  const testAuth = await createTestAuth();
  const { authenticator, cookie } = await signUpWithPasskey(testAuth);
  for (const response of [{}, { id: 1 }, { id: authenticator.id }, { id: authenticator.id, response: {} }]) {
    const challenge = await authenticationChallenge(testAuth.auth);
    const sent = { body: { response }, cookie: challenge.cookie };
    expect((await sendRequest(testAuth.auth, "/passkey/verify-authentication", sent)).status).toBeLessThan(500);
  }
  const value = `${CHALLENGE_COOKIE}=forged.signature`;
  const body = { response: authenticator.authenticate("AAAA") };
  const forged = await sendRequest(testAuth.auth, "/passkey/verify-authentication", { body, cookie: value });
  expect(forged.status).toBe(400);
  expect(await apiTokenStatus(testAuth, cookie)).toBe(200);
});

it("relying party is the host of the base URL, and localhost for a loopback address", () => {
  expect(relyingPartyOf("https://todo.example.com")).toEqual({
    rpID: "todo.example.com",
    origin: "https://todo.example.com",
  });
  for (const host of ["localhost", "127.0.0.1", "[::1]"])
    expect(relyingPartyOf(`http://${host}:3000`)).toEqual({ rpID: "localhost", origin: "http://localhost:3000" });
});
