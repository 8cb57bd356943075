import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { AccountActivity } from "./account-activity.ts";
import { toEntry } from "./recent-activity.ts";
import { securityEventLog } from "./security-events.ts";
import { type ProviderAccount, startOpenIdProvider, type TestOpenIdProvider } from "./test-openid-provider.ts";
import { cookiesOf, createTestAuth, PASSWORD, sendRequest, signUpUser } from "./test-utils.ts";

const APP_URL = "http://localhost:3000";

let provider: TestOpenIdProvider;
beforeAll(async () => {
  provider = await startOpenIdProvider(APP_URL);
});
afterAll(() => provider.stop());

type Auth = Pick<Awaited<ReturnType<typeof createTestAuth>>["auth"], "handler">;

const createSocialAuth = async (variables: Record<string, string> = {}) =>
  (await createTestAuth({ ...provider.settings, ...variables })).auth;

let accounts = 0;

/** A new account at the provider. */
function newAccount(values: Partial<ProviderAccount> = {}): ProviderAccount & { email: string } {
  accounts += 1;
  const account = {
    login: `ada-${accounts}`,
    email: `ada-${accounts}@example.org`,
    email_verified: true,
    name: "Ada Quill",
    picture: "https://example.org/ada.png",
    ...values,
  };
  provider.addAccount(account);
  return account;
}

const START = { provider: "oidc", callbackURL: "/tasks", errorCallbackURL: "/sign-in?provider=oidc" };

type Start = { url: string; cookie: string };

/** What a browser has after the response: the latest value of each cookie, without those that were removed. */
function mergeCookies(before: string, after: string): string {
  const pairs = `${before}; ${after}`.split("; ").map((pair) => pair.split(/=(.*)/));
  const cookies = new Map(pairs.map(([name, value]) => [name, value]));
  return [...cookies].flatMap(([name, value]) => (value ? `${name}=${value}` : [])).join("; ");
}

/** Starts a flow. Returns the provider's address, and the cookies of the browser. */
async function start(auth: Auth, path = "/sign-in/social", cookie = "", body: object = START): Promise<Start> {
  const response = await sendRequest(auth, path, { body, ...(cookie && { cookie }) });
  expect(response.status, await response.clone().text()).toBe(200);
  const { url } = (await response.json()) as { url: string };
  return { url, cookie: mergeCookies(cookie, cookiesOf(response)) };
}

/** Sends the browser back to the app. Returns where the app redirects to, and the cookies that it sets. */
async function finish(auth: Auth, callback: string, cookie: string) {
  const { pathname, search } = new URL(callback);
  const response = await sendRequest(auth, pathname.replace("/api/auth", "") + search, { cookie });
  expect(response.status, await response.clone().text()).toBe(302);
  return { location: response.headers.get("location") ?? "", cookie: cookiesOf(response) };
}

async function signIn(auth: Auth, account: ProviderAccount | undefined, previousCookie = "") {
  const { url, cookie } = await start(auth, "/sign-in/social", previousCookie);
  return finish(auth, await provider.signIn(url, account?.login), cookie);
}

async function link(auth: Auth, account: ProviderAccount, session: string) {
  const body = { provider: "oidc", callbackURL: "/settings", errorCallbackURL: "/settings" };
  const { url, cookie } = await start(auth, "/link-social", session, body);
  return finish(auth, await provider.signIn(url, account.login), cookie);
}

/** A new user who has authenticated again just now. */
async function signUpConfirmed(auth: Auth) {
  const user = await signUpUser(auth);
  const response = await sendRequest(auth, "/reauthenticate", { body: { password: PASSWORD }, cookie: user.cookie });
  return { ...user, cookie: mergeCookies(user.cookie, cookiesOf(response)) };
}

const errorOf = (location: string) => new URL(location, APP_URL).searchParams.get("error");

async function sessionOf(auth: Awaited<ReturnType<typeof createSocialAuth>>, cookie: string) {
  return auth.api.getSession({ headers: new Headers({ cookie }) });
}

type SocialAuth = Awaited<ReturnType<typeof createSocialAuth>>;

const accountsOf = async (auth: SocialAuth, userId: string) =>
  (await auth.$context).internalAdapter.findAccounts(userId);

const setVerified = async (auth: SocialAuth, userId: string) =>
  (await auth.$context).internalAdapter.updateUser(userId, { emailVerified: true });

const titlesOf = async (auth: SocialAuth, userId: string) =>
  (await new AccountActivity((await auth.$context).adapter).list(userId)).map((each) => toEntry(each).title);

it("first sign-in with a provider creates an account without picture and tokens, and the next one opens it", async () => {
  const auth = await createSocialAuth();
  const account = newAccount();
  const first = await signIn(auth, account);
  expect(first.location).toBe("/tasks");
  const session = await sessionOf(auth, first.cookie);
  expect(session?.user).toMatchObject({ name: "Ada Quill", email: account.email, emailVerified: true, image: null });
  const userId = session?.user.id ?? "";
  const [stored, ...others] = await accountsOf(auth, userId);
  expect(others).toEqual([]);
  expect(stored).toMatchObject({ providerId: "oidc", accountId: account.login });
  for (const field of ["accessToken", "refreshToken", "idToken", "accessTokenExpiresAt", "scope", "password"] as const)
    expect(stored?.[field], field).toBeNull();

  const second = await signIn(auth, account);
  expect((await sessionOf(auth, second.cookie))?.user.id).toBe(userId);
  expect((await accountsOf(auth, userId))[0]).toMatchObject({ accessToken: null, idToken: null });
  expect(await titlesOf(auth, userId)).toEqual(["Signed in", "Account created"]);
});

it("new session of a provider ends the old session of that browser, and the browser is known", async () => {
  const auth = await createSocialAuth();
  const account = newAccount();
  const first = await signIn(auth, account);
  expect(first.cookie).toContain("known_browser");
  const second = await signIn(auth, account, first.cookie);
  expect(await sessionOf(auth, first.cookie)).toBeNull();
  expect(await sessionOf(auth, second.cookie)).not.toBeNull();
});

it("name that is out of bounds is fitted", async () => {
  const auth = await createSocialAuth();
  for (const [name, expected] of [
    [" Ada\u202e\nQuill ", "Ada Quill"],
    ["x".repeat(500), "x".repeat(100)],
    ["\u200b", undefined],
    [undefined, undefined],
  ]) {
    const account = newAccount({ name });
    const { cookie } = await signIn(auth, account);
    expect((await sessionOf(auth, cookie))?.user.name).toBe(expected ?? account.login);
  }
});

it("account without a verified address creates nothing", async () => {
  const auth = await createSocialAuth();
  const { adapter } = await auth.$context;
  for (const values of [
    { email_verified: false },
    { email_verified: undefined },
    { email: undefined },
    { email: "no address" },
    { email: `${"x".repeat(250)}@example.org` },
  ]) {
    const { location, cookie } = await signIn(auth, newAccount(values));
    expect(["email_not_found", "EMAIL_TOO_LONG"]).toContain(errorOf(location));
    expect(await sessionOf(auth, cookie)).toBeNull();
  }
  expect(await adapter.count({ model: "user" })).toBe(0);
  expect(await adapter.count({ model: "account" })).toBe(0);
});

it("account with the same address is linked only if both addresses are verified", async () => {
  const auth = await createSocialAuth();
  const user = await signUpUser(auth);
  const attempt = (email_verified: boolean) => signIn(auth, newAccount({ email: user.email, email_verified }));

  expect(errorOf((await attempt(true)).location)).toBe("account_not_linked");
  await setVerified(auth, user.id);
  expect(errorOf((await attempt(false)).location)).toBe("email_not_found");
  expect(await accountsOf(auth, user.id)).toHaveLength(1);

  const linked = await attempt(true);
  expect(linked.location).toBe("/tasks");
  expect((await sessionOf(auth, linked.cookie))?.user.id).toBe(user.id);
  expect(await titlesOf(auth, user.id)).toEqual(expect.arrayContaining(["Connected Example ID", "Signed in"]));
});

it("signed-in user links an account only if both addresses are verified and equal", async () => {
  const auth = await createSocialAuth();
  const user = await signUpConfirmed(auth);
  const account = newAccount({ email: user.email });
  expect(errorOf((await link(auth, account, user.cookie)).location)).toBe("account_email_not_verified");
  await setVerified(auth, user.id);
  const unverified = newAccount({ email: user.email, email_verified: false });
  expect(errorOf((await link(auth, unverified, user.cookie)).location)).toBe("email_not_found");
  expect(errorOf((await link(auth, newAccount(), user.cookie)).location)).toBe("email_does_not_match");
  expect(await accountsOf(auth, user.id)).toHaveLength(1);

  expect(await link(auth, account, user.cookie)).toMatchObject({ location: "/settings" });
  const linked = (await accountsOf(auth, user.id)).find(({ providerId }) => providerId === "oidc");
  expect(linked).toMatchObject({ accountId: account.login, accessToken: null, idToken: null });
  // The session is that of before.
  expect((await sessionOf(auth, user.cookie))?.user.id).toBe(user.id);
});

it("account of a provider that belongs to another user cannot be linked", async () => {
  const auth = await createSocialAuth();
  const account = newAccount();
  const owner = await sessionOf(auth, (await signIn(auth, account)).cookie);
  const user = await signUpConfirmed(auth);
  await setVerified(auth, user.id);
  // The owner's address at the provider has become that of the other user.
  provider.addAccount({ ...account, email: user.email });
  expect(errorOf((await link(auth, account, user.cookie)).location)).toBe("account_already_linked_to_different_user");
  expect(await accountsOf(auth, user.id)).toHaveLength(1);
  const again = await signIn(auth, account);
  expect((await sessionOf(auth, again.cookie))?.user.id).toBe(owner?.user.id);
});

it("link that was started in a session which has ended is refused", async () => {
  const auth = await createSocialAuth();
  const user = await signUpConfirmed(auth);
  await setVerified(auth, user.id);
  const account = newAccount({ email: user.email });
  const body = { provider: "oidc", callbackURL: "/settings", errorCallbackURL: "/settings" };
  const { url, cookie } = await start(auth, "/link-social", user.cookie, body);
  await sendRequest(auth, "/sign-out", { body: {}, cookie: user.cookie });
  const { location } = await finish(auth, await provider.signIn(url, account.login), cookie);
  expect(errorOf(location)).toBe("unable_to_link_account");
  expect(await accountsOf(auth, user.id)).toHaveLength(1);
});

it("state of another browser, a changed state and a used state are refused", async () => {
  const auth = await createSocialAuth();
  const account = newAccount();
  const { url, cookie } = await start(auth);
  const callback = await provider.signIn(url, account.login);
  const other = await start(auth);
  for (const [each, cookies] of [
    [callback, other.cookie],
    [callback, ""],
    [callback.replace(/state=[^&]+/, "state=changed"), cookie],
    [callback.replace(/state=[^&]+/, ""), cookie],
  ] as const) {
    const { location } = await finish(auth, each, cookies);
    expect(["state_mismatch", "state_not_found"]).toContain(errorOf(location));
    expect(new URL(location, APP_URL).origin + new URL(location, APP_URL).pathname).toBe(`${APP_URL}/sign-in`);
  }
  expect((await finish(auth, callback, cookie)).location).toBe("/tasks");
  expect(errorOf((await finish(auth, callback, cookie)).location)).toBe("state_mismatch");
});

it("code of one sign-in is refused in another one", async () => {
  const auth = await createSocialAuth();
  const account = newAccount();
  const first = await start(auth);
  const firstCallback = new URL(await provider.signIn(first.url, account.login));
  const second = await start(auth);
  const secondCallback = new URL(await provider.signIn(second.url, account.login));
  secondCallback.searchParams.set("code", firstCallback.searchParams.get("code") ?? "");
  expect(errorOf((await finish(auth, secondCallback.href, second.cookie)).location)).toBe("invalid_code");
});

it("callback with another issuer is refused", async () => {
  const auth = await createSocialAuth();
  const { url, cookie } = await start(auth);
  const callback = new URL(await provider.signIn(url, newAccount().login));
  expect(callback.searchParams.get("iss")).toBe(provider.issuer);
  callback.searchParams.set("iss", "https://evil.example");
  expect(errorOf((await finish(auth, callback.href, cookie)).location)).toBe("issuer_mismatch");
});

it("authorization request has PKCE, a state and a nonce", async () => {
  const { searchParams } = new URL((await start(await createSocialAuth())).url);
  expect(Object.fromEntries(searchParams)).toMatchObject({
    response_type: "code",
    code_challenge_method: "S256",
    redirect_uri: `${APP_URL}/api/auth/callback/oidc`,
    scope: "openid profile email",
    state: expect.stringMatching(/^.{32}$/),
    nonce: expect.stringMatching(/^.{32}$/),
    code_challenge: expect.any(String),
  });
});

it("refusal at the provider comes back as its error", async () => {
  const auth = await createSocialAuth();
  const { location } = await signIn(auth, undefined);
  expect(new URL(location, APP_URL).pathname).toBe("/sign-in");
  expect(errorOf(location)).toBe("access_denied");
});

const FOREIGN_URLS = [
  "https://evil.example",
  "//evil.example",
  "/\\evil.example",
  "/.//evil.example",
  "/\t/evil.example",
  "https://www.todo.example/tasks",
  "javascript:alert(1)",
  "tasks",
  7,
];

it("address of another origin is refused as page to return to", async () => {
  // Pages of a trusted origin may send requests, but sign-ins do not lead there.
  const auth = await createSocialAuth({ TRUSTED_ORIGINS: "https://www.todo.example" });
  for (const url of FOREIGN_URLS) {
    for (const name of ["callbackURL", "errorCallbackURL", "newUserCallbackURL"]) {
      const response = await sendRequest(auth, "/sign-in/social", { body: { provider: "oidc", [name]: url } });
      expect([400, 403], `${name} ${url}`).toContain(response.status);
    }
  }
});

it("ID token and parameters that no page uses are refused", async () => {
  const auth = await createSocialAuth();
  const user = await signUpConfirmed(auth);
  for (const path of ["/sign-in/social", "/link-social"]) {
    for (const extra of [
      { idToken: { token: "eyJhbGciOiJub25lIn0.e30." } },
      { newUserCallbackURL: "/tasks" },
      { scopes: ["admin"] },
      { additionalParams: { prompt: "none" } },
      { additionalData: { userId: user.id } },
      { loginHint: "eve" },
      { requestSignUp: true },
    ]) {
      const response = await sendRequest(auth, path, { body: { ...START, ...extra }, cookie: user.cookie });
      expect(response.status, JSON.stringify(extra)).toBe(400);
      expect(await response.json()).toMatchObject({ code: "UNSUPPORTED_MEMBER" });
    }
  }
});

it("account is linked and unlinked only after a reauthentication", async () => {
  const auth = await createSocialAuth();
  const { cookie } = await signUpUser(auth);
  for (const [path, body] of [
    ["/link-social", START],
    ["/unlink-account", { accountId: "any" }],
  ] as const)
    expect(await (await sendRequest(auth, path, { body, cookie })).json()).toMatchObject({
      code: "REAUTHENTICATION_REQUIRED",
    });
});

const unlink = (auth: Auth, accountId: string | undefined, cookie: string) =>
  sendRequest(auth, "/unlink-account", { body: { accountId }, cookie });

it("account is unlinked, but neither the last way to sign in nor the password nor the account of another user", async () => {
  const auth = await createSocialAuth();
  const user = await signUpConfirmed(auth);
  await setVerified(auth, user.id);
  await link(auth, newAccount({ email: user.email }), user.cookie);
  const [first, second] = await accountsOf(auth, user.id);
  const [password, linked] = first?.providerId === "credential" ? [first, second] : [second, first];

  const other = await signIn(auth, newAccount());
  const otherUser = (await sessionOf(auth, other.cookie))?.user.id ?? "";
  const [otherAccount] = await accountsOf(auth, otherUser);
  expect(await (await unlink(auth, otherAccount?.id, other.cookie)).json()).toMatchObject({
    code: "FAILED_TO_UNLINK_LAST_ACCOUNT",
  });
  for (const id of [password?.id, otherAccount?.id, "unknown"])
    expect(await (await unlink(auth, id, user.cookie)).json()).toMatchObject({ code: "ACCOUNT_NOT_FOUND" });
  expect((await unlink(auth, linked?.id, "")).status).toBe(401);

  expect((await unlink(auth, linked?.id, user.cookie)).status).toBe(200);
  expect(await accountsOf(auth, user.id)).toEqual([expect.objectContaining({ providerId: "credential" })]);
  expect(await accountsOf(auth, otherUser)).toHaveLength(1);
  expect((await titlesOf(auth, user.id))[0]).toBe("Disconnected Example ID");
});

it("account of a provider that is no longer configured does not count as a way to sign in", async () => {
  const auth = await createSocialAuth();
  const account = newAccount();
  const { cookie } = await signIn(auth, account);
  const userId = (await sessionOf(auth, cookie))?.user.id ?? "";
  const { internalAdapter } = await auth.$context;
  await internalAdapter.createAccount({ userId, providerId: "gitlab", accountId: "7" });
  const linked = (await accountsOf(auth, userId)).find(({ providerId }) => providerId === "oidc");
  expect(await (await unlink(auth, linked?.id, cookie)).json()).toMatchObject({
    code: "FAILED_TO_UNLINK_LAST_ACCOUNT",
  });
});

it("sign-in while the provider is away is 503, and works when it is back", async () => {
  const away = await startOpenIdProvider(APP_URL);
  await away.stop();
  vi.spyOn(console, "error").mockImplementation(() => {});
  try {
    const { auth } = await createTestAuth(away.settings);
    const response = await sendRequest(auth, "/sign-in/social", { body: START });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "PROVIDER_UNAVAILABLE" });
    const { location } = await finish(auth, `${APP_URL}/api/auth/callback/oidc?code=a&state=b`, "");
    expect(errorOf(location)).toBe("provider_unavailable");
    await away.restart();
    const { url, cookie } = await start(auth);
    away.addAccount({ login: "eve", email: "eve@example.org", email_verified: true });
    const callback = await away.signIn(url, "eve");
    // Away between the page of the provider and the exchange of the code.
    await away.stop();
    expect(errorOf((await finish(auth, callback, cookie)).location)).toBe("invalid_code");
  } finally {
    vi.restoreAllMocks();
    await away.stop();
  }
});

it("discovery document of another issuer is refused", async () => {
  const server: Server = createServer((_request, response) =>
    response.setHeader("content-type", "application/json").end(
      JSON.stringify({
        issuer: "https://evil.example",
        authorization_endpoint: "https://evil.example/auth",
        token_endpoint: "https://evil.example/token",
        jwks_uri: "https://evil.example/jwks",
        id_token_signing_alg_values_supported: ["RS256"],
      }),
    ),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  const errors = vi.spyOn(console, "error").mockImplementation(() => {});
  try {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { auth } = await createTestAuth({ ...provider.settings, OIDC_ISSUER: issuer });
    expect((await sendRequest(auth, "/sign-in/social", { body: START })).status).toBe(503);
    expect(String(errors.mock.calls)).toContain(`OIDC_ISSUER is ${issuer}`);
  } finally {
    vi.restoreAllMocks();
    server.close();
  }
});

it("provider that is not configured is not found", async () => {
  const auth = await createSocialAuth();
  for (const id of ["google", "github", "apple"])
    expect((await sendRequest(auth, "/sign-in/social", { body: { ...START, provider: id } })).status).toBe(404);
});

it("Google and GitHub get the browser when they are configured, with PKCE", async () => {
  const auth = await createSocialAuth({
    GOOGLE_CLIENT_ID: "google-id",
    GOOGLE_CLIENT_SECRET: "google-secret",
    GITHUB_CLIENT_ID: "github-id",
    GITHUB_CLIENT_SECRET: "github-secret",
  });
  for (const [id, origin] of [
    ["google", "https://accounts.google.com"],
    ["github", "https://github.com"],
  ]) {
    const { url } = await start(auth, "/sign-in/social", "", { provider: id });
    const { origin: sentTo, searchParams } = new URL(url);
    expect(sentTo).toBe(origin);
    expect(searchParams.get("redirect_uri")).toBe(`${APP_URL}/api/auth/callback/${id}`);
    expect(searchParams.get("code_challenge_method")).toBe("S256");
    expect(url).not.toContain("secret");
  }
});

it("sign-ins with a provider beyond 60 a minute are refused", async () => {
  const auth = await createSocialAuth();
  for (let attempt = 0; attempt < 60; attempt++)
    expect((await sendRequest(auth, "/sign-in/social", { body: START })).status).toBe(200);
  expect((await sendRequest(auth, "/sign-in/social", { body: START })).status).toBe(429);
});

it("failures are security events without address and token", async () => {
  // Events of earlier tests would only be counted.
  securityEventLog().writeAllCounts();
  const lines: string[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((line) => Boolean(lines.push(String(line))));
  try {
    const auth = await createSocialAuth();
    await signIn(auth, undefined);
    const user = await signUpConfirmed(auth);
    await link(auth, newAccount({ email: user.email }), user.cookie);
    const account = newAccount();
    await signIn(auth, account);
    const { url, cookie } = await start(auth);
    const callback = new URL(await provider.signIn(url, account.login));
    callback.searchParams.set("error", "Eve <eve@example.org>");
    await finish(auth, callback.href, cookie);
    const events = lines.filter((line) => line.includes('"target":"security"')).map((line) => JSON.parse(line));
    const signIns = events.filter(({ event }) => /^(sign|social)_/.test(event));
    expect(signIns.map(({ event, outcome, reason }) => [event, outcome, reason])).toEqual([
      ["sign_in", "failure", "access_denied"],
      ["sign_up", "success", undefined],
      ["social_account_linked", "failure", "account_email_not_verified"],
      ["sign_up", "success", undefined],
      ["sign_in", "failure", "provider_error"],
    ]);
    expect(lines.join()).not.toMatch(/@example|code=|state=/);
  } finally {
    securityEventLog().writeAllCounts();
    vi.restoreAllMocks();
  }
});

it("sign-in with a provider gives no session without the second factor", async () => {
  const auth = await createSocialAuth();
  const { internalAdapter, adapter } = await auth.$context;
  const account = newAccount();
  const first = await signIn(auth, account);
  const userId = (await sessionOf(auth, first.cookie))?.user.id ?? "";
  await internalAdapter.updateUser(userId, { twoFactorEnabled: true });
  await sendRequest(auth, "/sign-out", { body: {}, cookie: first.cookie });

  const { location, cookie } = await signIn(auth, account);
  expect(location).toBe("/sign-in/two-step?next=%2Ftasks");
  expect(cookie).toContain("two_factor=");
  expect(cookie).not.toMatch(/known_browser|session_token/);
  expect(await adapter.count({ model: "session", where: [{ field: "userId", value: userId }] })).toBe(0);
  expect(await auth.api.hasOpenChallenge({ headers: new Headers({ cookie }) })).toBe(true);
  expect(await titlesOf(auth, userId)).toEqual(["Signed out", "Account created"]);
});

it("password of an account that a provider has created does not exist", async () => {
  const auth = await createSocialAuth();
  const account = newAccount();
  await signIn(auth, account);
  for (const password of ["", PASSWORD]) {
    const response = await sendRequest(auth, "/sign-in/email", { body: { email: account.email, password } });
    expect(await response.json()).toMatchObject({ code: "INVALID_EMAIL_OR_PASSWORD" });
  }
});
