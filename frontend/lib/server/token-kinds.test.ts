import type { GenericEndpointContext } from "better-auth";
import { signJWT } from "better-auth/plugins";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { signingKeyOptions } from "./signing-key.ts";
import { Authenticator } from "./test-authenticator.ts";
import { createTestFile, hasBackend, startBackend, startRecorder } from "./test-backend.ts";
import { createLinkAuth, type LinkAuth } from "./test-link-auth.ts";
import { authenticationChallenge, registerPasskey, registrationChallenge, TestAuthenticator } from "./test-passkey.ts";
import {
  allowSensitiveActions,
  cookiesOf,
  createPersonalToken,
  PASSWORD,
  sendRequest,
  signUpUser,
} from "./test-utils.ts";

/** 250 requests, three dozen of which hash a password. */
vi.setConfig({ testTimeout: 300_000 });

/** Every kind of token that this app, Better Auth and the plugins in use sign or store. */
const KINDS = [
  "access token",
  "personal access token",
  "revocation list",
  "session token",
  "session cookie",
  "session cache cookie",
  "e-mail verification link",
  "e-mail change confirmation link",
  "e-mail change verification link",
  "password reset link",
  "account deletion link",
  "passkey registration challenge",
  "passkey registration cookie",
  "passkey sign-in challenge",
  "passkey sign-in cookie",
  "account alert link",
  "two-step challenge cookie",
  "trusted device cookie",
  "authenticator code",
  "recovery code",
] as const;

type Kind = (typeof KINDS)[number];
type Tokens = Record<Kind, string>;

/** Sends a token to an endpoint. Returns whether the endpoint accepts it. */
type Endpoint = (token: string) => Promise<boolean>;

/** Which kinds each endpoint that takes a token accepts. The order matters: the last endpoints end sessions and the account. */
const ACCEPTED: Record<string, Kind[]> = {
  "backend: Authorization": ["access token", "personal access token"],
  "GET /api-token: session cookie": ["session cookie"],
  "GET /api-token: Authorization": [],
  "POST /personal-tokens/create: Authorization": [],
  "POST /personal-tokens/revoke: the token as its id": [],
  "GET /get-session: session cookie": ["session cookie"],
  "GET /get-session: cache cookie of an ended session": ["session cache cookie"],
  // The links that change the address are of another account. With POST the test sends the session of its own account.
  "POST /verify-email": ["e-mail verification link"],
  // An address is changed by the link at the new one only.
  "GET /verify-email": ["e-mail verification link", "e-mail change verification link"],
  // Of another account too, so that the sessions of the test continue.
  "POST /account-alert": ["account alert link"],
  "POST /two-factor/verify-totp: challenge cookie": ["two-step challenge cookie"],
  "POST /two-factor/verify-totp: code": ["authenticator code"],
  "POST /two-factor/verify-backup-code: code": ["recovery code"],
  "POST /sign-in/email: trusted device cookie": ["trusted device cookie"],
  "GET /reset-password/:token": ["password reset link"],
  "POST /revoke-session": ["session token"],
  "POST /passkey/verify-registration": ["passkey registration cookie"],
  "POST /passkey/verify-authentication": ["passkey sign-in cookie"],
  "GET /delete-user/callback": [],
  "POST /delete-user without the password": [],
  "POST /reset-password": ["password reset link"],
  "POST /delete-user with the password": ["account deletion link"],
};

const SESSION_COOKIE = "better-auth.session_token";
const CACHE_COOKIE = "better-auth.session_data";

const cookieValue = (cookies: string, name: string) =>
  decodeURIComponent(cookies.match(new RegExp(`${name}=([^;]+)`))?.[1] ?? "");

/** The session cookie alone, so that the session is read from the database. */
const sessionCookieOf = (cookies: string) => cookies.match(new RegExp(`${SESSION_COOKIE}=[^;]+`))?.[0] ?? "";

const PASSKEY_COOKIE = "better-auth.better-auth-passkey";

/** Challenges are used once, also by an endpoint that refuses them. So each use has a new one. */
async function createChallenges(auth: LinkAuth["auth"], cookie: string): Promise<Partial<Tokens>> {
  const registration = await registrationChallenge(auth, cookie);
  const signIn = await authenticationChallenge(auth);
  return {
    "passkey registration challenge": registration.challenge,
    "passkey registration cookie": cookieValue(registration.cookie, PASSKEY_COOKIE),
    "passkey sign-in challenge": signIn.challenge,
    "passkey sign-in cookie": cookieValue(signIn.cookie, PASSKEY_COOKIE),
  };
}

const TWO_STEP_COOKIE = "better-auth.two_factor";
const TRUST_COOKIE = "better-auth.trust_device";

type LinkTokens = Omit<Tokens, keyof TwoStepTokens>;

type TwoStepTokens = Record<
  "two-step challenge cookie" | "trusted device cookie" | "authenticator code" | "recovery code",
  string
>;

/** Turns two-step sign-in on. `signIn` returns the cookies of a sign-in with the password. */
async function createTwoStepTokens({ auth }: LinkAuth, cookies: string, signIn: () => Promise<string>) {
  const enabled = await sendRequest(auth, "/two-factor/enable", { body: { password: PASSWORD }, cookie: cookies });
  const { totpURI, backupCodes } = (await enabled.json()) as { totpURI: string; backupCodes: string[] };
  const authenticator = new Authenticator(totpURI);
  const confirm = (cookie: string) => {
    const body = { code: authenticator.nextCode(), trustDevice: true };
    return sendRequest(auth, "/two-factor/verify-totp", { body, cookie });
  };
  const session = sessionCookieOf(cookiesOf(await confirm(cookies)));
  const trusted = cookiesOf(await confirm(await signIn()));
  const tokens: TwoStepTokens = {
    "two-step challenge cookie": cookieValue(await signIn(), TWO_STEP_COOKIE),
    "trusted device cookie": cookieValue(trusted, TRUST_COOKIE),
    "authenticator code": authenticator.validCodes()[1] ?? "",
    "recovery code": backupCodes[0] ?? "",
  };
  return { tokens, session, authenticator };
}

async function createTokens(
  linkAuth: LinkAuth,
  user: { id: string; email: string },
  cookies: string,
): Promise<LinkTokens> {
  const { auth, mails } = linkAuth;
  const cookie = sessionCookieOf(cookies);
  const send = async (path: string, body?: object) => {
    const response = await sendRequest(auth, path, { body, cookie });
    expect(response.status, path).toBe(200);
    return response;
  };
  const { token } = (await (await send("/api-token")).json()) as { token: string };
  await send("/send-verification-email", { email: user.email });
  const verification = mails.verification;
  await send("/delete-user", { password: PASSWORD });
  await send("/request-password-reset", { email: user.email });
  const sessionCookie = cookieValue(cookies, SESSION_COOKIE);
  return {
    "access token": token,
    "personal access token": (await createPersonalToken(auth, cookie)).token,
    "revocation list": await signRevocationList(linkAuth, user.id),
    "session token": sessionCookie.split(".")[0] ?? "",
    "session cookie": sessionCookie,
    "session cache cookie": cookieValue(cookies, CACHE_COOKIE),
    "e-mail verification link": verification,
    ...(await createChangeLinks(linkAuth)),
    "password reset link": mails.passwordReset,
    "account deletion link": mails.deletion,
    ...(await createChallenges(auth, cookie)),
    "account alert link": await createAlertLink(linkAuth),
  } as Tokens;
}

/** The links that change the address of another account: a change ends the links for a new password, and the reverse. */
async function createChangeLinks({ auth, mails }: LinkAuth) {
  const { id, email, cookie } = await signUpUser(auth);
  const { internalAdapter } = await auth.$context;
  await allowSensitiveActions(auth);
  const requestChange = () => sendRequest(auth, "/change-email", { body: { newEmail: `new-${email}` }, cookie });
  // Better Auth can ask an address that is verified before it is changed.
  await internalAdapter.updateUser(id, { emailVerified: true });
  expect((await requestChange()).status).toBe(200);
  await internalAdapter.updateUser(id, { emailVerified: false });
  expect((await requestChange()).status).toBe(200);
  return {
    "e-mail change confirmation link": mails.emailChange,
    "e-mail change verification link": mails.verification,
  };
}

/** The link in the mail about another account's sign-in with a new browser. */
async function createAlertLink({ auth, securityMails }: LinkAuth): Promise<string> {
  const { email } = await signUpUser(auth);
  await sendRequest(auth, "/sign-in/email", { body: { email, password: PASSWORD } });
  const url = securityMails.findLast(({ to, action }) => to === email && action)?.action?.url ?? "";
  return url.split("#token=")[1] ?? "";
}

/** As the endpoint of the list signs it: with the key of the access tokens, their issuer and their audience. */
async function signRevocationList({ auth, config }: LinkAuth, userId: string): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const { issuer: iss, audience: aud } = config.apiToken;
  const revocations = [{ sub: userId, before: now, until: now + 1_000 }];
  const payload = { iss, aud, iat: now, exp: now + 300, revocations };
  const options = signingKeyOptions(config.apiToken);
  const context = await auth.$context;
  if (options)
    return signJWT({ context } as unknown as GenericEndpointContext, {
      options,
      payload,
      header: { typ: "revocations+jwt" },
    });
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "HS256", typ: "revocations+jwt" })
    .sign(new TextEncoder().encode(context.secret));
}

for (const mode of ["shared-secret", "jwks"]) {
  describe.skipIf(!hasBackend)(`in ${mode} mode (needs target/debug/todo-server, or TODO_SERVER_BIN)`, () => {
    it("each endpoint that takes a token accepts the kinds that are meant for it and refuses all others", async () => {
      const error = vi.spyOn(console, "error").mockImplementation(() => {});
      const log = vi.spyOn(process.stderr, "write").mockReturnValue(true);
      onTestFinished(() => {
        error.mockRestore();
        log.mockRestore();
      });
      const { origin: deletionUrl } = await startRecorder(204);
      const linkAuth = await createLinkAuth({ API_TOKEN_MODE: mode, API_URL: deletionUrl });
      const { auth, config } = linkAuth;
      const { adapter, internalAdapter } = await auth.$context;
      const user = await signUpUser(auth);
      // A passkey is added after a reauthentication.
      const reauthenticate = async (cookie: string) =>
        cookiesOf(await sendRequest(auth, "/reauthenticate", { body: { password: PASSWORD }, cookie }));
      const confirmed = await reauthenticate(user.cookie);
      const passkeyDevice = new TestAuthenticator();
      expect((await registerPasskey(auth, confirmed, passkeyDevice)).status).toBe(200);
      const linkTokens = await createTokens(linkAuth, user, confirmed);
      const signIn = async (password = PASSWORD) =>
        cookiesOf(await sendRequest(auth, "/sign-in/email", { body: { email: user.email, password } }));
      // A session of the same user that has ended, whose cache is still valid.
      const ended = await signIn();
      await internalAdapter.deleteSession(cookieValue(ended, SESSION_COOKIE).split(".")[0] ?? "");
      linkTokens["session cache cookie"] = cookieValue(ended, CACHE_COOKIE);
      const ownConfirmed = sessionCookieOf(await reauthenticate(sessionCookieOf(await signIn())));
      const twoStep = await createTwoStepTokens(linkAuth, sessionCookieOf(await signIn()), signIn);
      let own = twoStep.session;
      const tokens: Tokens = { ...linkTokens, ...twoStep.tokens };
      expectKinds(tokens, mode);

      const apiUrl = await startBackend(await backendSettings(linkAuth));
      const encode = encodeURIComponent;
      const post = async (path: string, body: object) => (await sendRequest(auth, path, { body, cookie: own })).ok;
      const get = async (path: string, cookie?: string) => {
        const response = await sendRequest(auth, path, { cookie });
        return response.status < 400 && !response.headers.get("location")?.includes("error");
      };
      const bearer = async (url: string, token: string, fetcher: (request: Request) => Promise<Response>) =>
        (await fetcher(new Request(url, { headers: { authorization: `Bearer ${token}` } }))).ok;
      const isSignedIn = async (cookie: string) =>
        (await (await sendRequest(auth, "/get-session", { cookie })).json()) !== null;
      const countSessions = async () => (await internalAdapter.listSessions(user.id)).length;
      const newPassword = `${PASSWORD} of mine`;
      const isSignedInBy = async (path: string, body: object, cookie: string) =>
        sessionCookieOf(cookiesOf(await sendRequest(auth, path, { body, cookie }))) !== "";
      const challengeCookie = async () => `${TWO_STEP_COOKIE}=${encode(cookieValue(await signIn(), TWO_STEP_COOKIE))}`;

      const endpoints: Record<string, Endpoint> = {
        "backend: Authorization": (token) => bearer(`${apiUrl}/api/${user.id}/tasks`, token, fetch),
        "GET /api-token: session cookie": (token) => get("/api-token", `${SESSION_COOKIE}=${encode(token)}`),
        "GET /api-token: Authorization": (token) => bearer(`${config.baseUrl}/api/auth/api-token`, token, auth.handler),
        "POST /personal-tokens/create: Authorization": (token) => {
          const request = {
            method: "POST",
            headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
            body: JSON.stringify({ name: "Another", scopes: ["tasks:write"], days: 365 }),
          };
          return auth
            .handler(new Request(`${config.baseUrl}/api/auth/personal-tokens/create`, request))
            .then(({ ok }) => ok);
        },
        "POST /personal-tokens/revoke: the token as its id": (token) => post("/personal-tokens/revoke", { id: token }),
        "GET /get-session: session cookie": (token) => isSignedIn(`${SESSION_COOKIE}=${encode(token)}`),
        "GET /get-session: cache cookie of an ended session": (token) =>
          isSignedIn(`${sessionCookieOf(ended)}; ${CACHE_COOKIE}=${encode(token)}`),
        "POST /verify-email": (token) => post("/verify-email", { token }),
        "POST /two-factor/verify-totp: challenge cookie": (token) => {
          const code = twoStep.authenticator.validCodes()[1];
          return isSignedInBy("/two-factor/verify-totp", { code }, `${TWO_STEP_COOKIE}=${encode(token)}`);
        },
        "POST /two-factor/verify-totp: code": async (token) => {
          // A code is valid for a moment only.
          const code = token === tokens["authenticator code"] ? twoStep.authenticator.validCodes()[1] : token;
          return isSignedInBy("/two-factor/verify-totp", { code }, await challengeCookie());
        },
        "POST /two-factor/verify-backup-code: code": async (code) =>
          isSignedInBy("/two-factor/verify-backup-code", { code }, await challengeCookie()),
        "POST /sign-in/email: trusted device cookie": (token) =>
          isSignedInBy("/sign-in/email", { email: user.email, password: PASSWORD }, `${TRUST_COOKIE}=${encode(token)}`),
        "GET /verify-email": (token) => get(`/verify-email?token=${encode(token)}`),
        "POST /account-alert": (token) => post("/account-alert", { token }),
        "GET /reset-password/:token": (token) => get(`/reset-password/${encode(token)}?callbackURL=%2Freset`),
        "POST /reset-password": (token) => post("/reset-password", { token, newPassword }),
        "POST /revoke-session": async (token) => {
          const before = await countSessions();
          await post("/revoke-session", { token });
          return (await countSessions()) < before;
        },
        "POST /passkey/verify-registration": async (token) => {
          const response = new TestAuthenticator().register(tokens["passkey registration challenge"]);
          const cookie = `${ownConfirmed}; ${PASSKEY_COOKIE}=${encode(token)}`;
          return (await sendRequest(auth, "/passkey/verify-registration", { body: { response }, cookie })).ok;
        },
        "POST /passkey/verify-authentication": async (token) => {
          const response = passkeyDevice.authenticate(tokens["passkey sign-in challenge"]);
          const cookie = `${PASSKEY_COOKIE}=${encode(token)}`;
          return (await sendRequest(auth, "/passkey/verify-authentication", { body: { response }, cookie })).ok;
        },
        "GET /delete-user/callback": (token) => get(`/delete-user/callback?token=${encode(token)}`, own),
        "POST /delete-user without the password": (token) => post("/delete-user", { token }),
        "POST /delete-user with the password": (token) => post("/delete-user", { token, password: newPassword }),
      };

      const accepted: Record<string, Kind[]> = {};
      for (const [name, kinds] of Object.entries(ACCEPTED)) {
        const others = KINDS.filter((kind) => !kinds.includes(kind));
        accepted[name] = [];
        for (const kind of [...others, ...kinds]) {
          // The limits of attempts would refuse the later kinds.
          await adapter.deleteMany({ model: "attempt", where: [] });
          await adapter.updateMany({
            model: "twoFactor",
            where: [],
            update: { failedVerificationCount: 0, lockedUntil: null },
          });
          if (name.startsWith("POST /passkey/")) Object.assign(tokens, await createChallenges(auth, ownConfirmed));
          if (await endpoints[name]?.(tokens[kind])) accepted[name].push(kind);
        }
        if (name === "POST /reset-password") {
          // It has ended the sessions and the other links.
          const challenge = await signIn(newPassword);
          await adapter.deleteMany({ model: "attempt", where: [] });
          const body = { code: twoStep.authenticator.validCodes()[1] };
          own = sessionCookieOf(
            cookiesOf(await sendRequest(auth, "/two-factor/verify-totp", { body, cookie: challenge })),
          );
          await post("/delete-user", { password: newPassword });
          tokens["account deletion link"] = linkAuth.mails.deletion;
        }
        if (!name.endsWith(" /verify-email")) continue;
        expect((await internalAdapter.findUserById(user.id))?.emailVerified).toBe(true);
        // The next endpoint is given the same links.
        await internalAdapter.updateUser(user.id, { email: user.email, emailVerified: name.startsWith("GET") });
      }
      expect(accepted).toEqual(ACCEPTED);
      const lines = log.mock.calls.map(([line]) => String(line)).join("");
      expect(lines).toContain('"target":"security"');
      expect(lines).not.toContain("@");
      for (const kind of KINDS) expect(lines.includes(tokens[kind]), kind).toBe(false);
      expect(await internalAdapter.findUserById(user.id)).toBeNull();
    });
  });
}

/** The tokens are of the kinds that their names state: otherwise the refusals would prove nothing. */
function expectKinds(tokens: Tokens, mode: string): void {
  const isJwks = mode === "jwks";
  const alg = (kind: Kind) => decodeProtectedHeader(tokens[kind]).alg;
  expect(alg("access token")).toBe(isJwks ? "EdDSA" : "HS256");
  expect(alg("personal access token")).toBe(isJwks ? "EdDSA" : "HS256");
  expect(decodeProtectedHeader(tokens["personal access token"]).typ).toBe("at+jwt");
  expect(alg("revocation list")).toBe(isJwks ? "EdDSA" : "HS256");
  expect(decodeProtectedHeader(tokens["revocation list"]).typ).toBe("revocations+jwt");
  expect(alg("session cache cookie")).toBe(isJwks ? "EdDSA" : "HS256");
  expect(decodeJwt(tokens["session cache cookie"])).toHaveProperty(isJwks ? "sub" : "session");
  expect(decodeJwt(tokens["e-mail verification link"])).not.toHaveProperty("updateTo");
  expect(decodeJwt(tokens["e-mail change confirmation link"]).requestType).toBe("change-email-confirmation");
  expect(decodeJwt(tokens["e-mail change verification link"]).requestType).toBe("change-email-verification");
  for (const kind of ["session token", "password reset link", "account deletion link"] as const)
    expect(tokens[kind], kind).toMatch(/^[A-Za-z0-9]{20,40}$/);
  expect(tokens["account alert link"]).toMatch(/^[\w-]{43}$/);
  expect(tokens["two-step challenge cookie"]).toMatch(/^2fa-[\w-]{20}\./);
  expect(tokens["trusted device cookie"]).toMatch(/!trust-device-[\w-]{32}\./);
  expect(tokens["authenticator code"]).toMatch(/^\d{6}$/);
  expect(tokens["recovery code"]).toMatch(/^[2-9a-z]{5}-[2-9a-z]{5}$/);
  expect(new Set(Object.values(tokens)).size).toBe(KINDS.length);
}

/** In jwks mode the backend has the public keys only. */
async function backendSettings({ auth, config }: LinkAuth): Promise<Record<string, string>> {
  const settings = { TODO__AUTH__ISSUER: config.apiToken.issuer, TODO__AUTH__AUDIENCE: config.apiToken.audience };
  if (config.apiToken.mode !== "jwks") return { ...settings, BETTER_AUTH_SECRET: config.secrets.current };
  const keySet = await (await sendRequest(auth, "/jwks")).text();
  return { ...settings, TODO__AUTH__JWKS_FILE: createTestFile("jwks.json", keySet) };
}
