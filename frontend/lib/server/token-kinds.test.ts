import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GenericEndpointContext } from "better-auth";
import { signJWT } from "better-auth/plugins";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { signingKeyOptions } from "./signing-key.ts";
import { Authenticator } from "./test-authenticator.ts";
import { hasBackend, startBackend, startRecorder } from "./test-backend.ts";
import { createLinkAuth, type LinkAuth } from "./test-link-auth.ts";
import { cookiesOf, PASSWORD, sendRequest, signUpUser } from "./test-utils.ts";

/** 250 requests, three dozen of which hash a password. */
vi.setConfig({ testTimeout: 300_000 });

/** Every kind of token that this app, Better Auth and the plugins in use sign or store. */
const KINDS = [
  "access token",
  "revocation list",
  "session token",
  "session cookie",
  "session cache cookie",
  "e-mail verification link",
  "e-mail change confirmation link",
  "e-mail change verification link",
  "password reset link",
  "account deletion link",
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
  "backend: Authorization": ["access token"],
  "GET /api-token: session cookie": ["session cookie"],
  "GET /api-token: Authorization": [],
  "GET /get-session: session cookie": ["session cookie"],
  "GET /get-session: cache cookie of an ended session": ["session cache cookie"],
  "POST /two-factor/verify-totp: challenge cookie": ["two-step challenge cookie"],
  "POST /two-factor/verify-totp: code": ["authenticator code"],
  "POST /two-factor/verify-backup-code: code": ["recovery code"],
  "POST /sign-in/email: trusted device cookie": ["trusted device cookie"],
  "GET /verify-email": [
    "e-mail verification link",
    "e-mail change confirmation link",
    "e-mail change verification link",
  ],
  "GET /reset-password/:token": ["password reset link"],
  "POST /reset-password": ["password reset link"],
  "POST /revoke-session": ["session token"],
  "GET /delete-user/callback": [],
  "POST /delete-user without the password": [],
  "POST /delete-user with the password": ["account deletion link"],
};

const SESSION_COOKIE = "better-auth.session_token";
const CACHE_COOKIE = "better-auth.session_data";

const cookieValue = (cookies: string, name: string) =>
  decodeURIComponent(cookies.match(new RegExp(`${name}=([^;]+)`))?.[1] ?? "");

/** The session cookie alone, so that the session is read from the database. */
const sessionCookieOf = (cookies: string) => cookies.match(new RegExp(`${SESSION_COOKIE}=[^;]+`))?.[0] ?? "";

const CHALLENGE_COOKIE = "better-auth.two_factor";
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
    "two-step challenge cookie": cookieValue(await signIn(), CHALLENGE_COOKIE),
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
  await send("/change-email", { newEmail: `new-${user.email}` });
  const changeVerification = mails.verification;
  // An address that is verified is asked before it is changed.
  const { internalAdapter } = await auth.$context;
  await internalAdapter.updateUser(user.id, { emailVerified: true });
  await send("/change-email", { newEmail: `new-${user.email}` });
  await internalAdapter.updateUser(user.id, { emailVerified: false });
  await send("/delete-user", { password: PASSWORD });
  await send("/request-password-reset", { email: user.email });
  const sessionCookie = cookieValue(cookies, SESSION_COOKIE);
  return {
    "access token": token,
    "revocation list": await signRevocationList(linkAuth, user.id),
    "session token": sessionCookie.split(".")[0] ?? "",
    "session cookie": sessionCookie,
    "session cache cookie": cookieValue(cookies, CACHE_COOKIE),
    "e-mail verification link": verification,
    "e-mail change confirmation link": mails.emailChange,
    "e-mail change verification link": changeVerification,
    "password reset link": mails.passwordReset,
    "account deletion link": mails.deletion,
  };
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
      onTestFinished(() => error.mockRestore());
      const { origin: deletionUrl } = await startRecorder(204);
      const linkAuth = await createLinkAuth({ API_TOKEN_MODE: mode, API_URL: deletionUrl });
      const { auth, config } = linkAuth;
      const { adapter, internalAdapter } = await auth.$context;
      const user = await signUpUser(auth);
      const linkTokens = await createTokens(linkAuth, user, user.cookie);
      const signIn = async () =>
        cookiesOf(await sendRequest(auth, "/sign-in/email", { body: { email: user.email, password: PASSWORD } }));
      // A session of the same user that has ended, whose cache is still valid.
      const ended = await signIn();
      await internalAdapter.deleteSession(cookieValue(ended, SESSION_COOKIE).split(".")[0] ?? "");
      linkTokens["session cache cookie"] = cookieValue(ended, CACHE_COOKIE);
      const twoStep = await createTwoStepTokens(linkAuth, sessionCookieOf(await signIn()), signIn);
      const own = twoStep.session;
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
      const challengeCookie = async () =>
        `${CHALLENGE_COOKIE}=${encode(cookieValue(await signIn(), CHALLENGE_COOKIE))}`;

      const endpoints: Record<string, Endpoint> = {
        "backend: Authorization": (token) => bearer(`${apiUrl}/api/${user.id}/tasks`, token, fetch),
        "GET /api-token: session cookie": (token) => get("/api-token", `${SESSION_COOKIE}=${encode(token)}`),
        "GET /api-token: Authorization": (token) => bearer(`${config.baseUrl}/api/auth/api-token`, token, auth.handler),
        "GET /get-session: session cookie": (token) => isSignedIn(`${SESSION_COOKIE}=${encode(token)}`),
        "GET /get-session: cache cookie of an ended session": (token) =>
          isSignedIn(`${sessionCookieOf(ended)}; ${CACHE_COOKIE}=${encode(token)}`),
        "POST /two-factor/verify-totp: challenge cookie": (token) => {
          const code = twoStep.authenticator.validCodes()[1];
          return isSignedInBy("/two-factor/verify-totp", { code }, `${CHALLENGE_COOKIE}=${encode(token)}`);
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
        "GET /reset-password/:token": (token) => get(`/reset-password/${encode(token)}?callbackURL=%2Freset`),
        "POST /reset-password": (token) => post("/reset-password", { token, newPassword }),
        "POST /revoke-session": async (token) => {
          const before = await countSessions();
          await post("/revoke-session", { token });
          return (await countSessions()) < before;
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
          if (await endpoints[name]?.(tokens[kind])) accepted[name].push(kind);
        }
        if (name === "GET /verify-email")
          expect((await internalAdapter.findUserById(user.id))?.emailVerified).toBe(true);
      }
      expect(accepted).toEqual(ACCEPTED);
      expect(await internalAdapter.findUserById(user.id)).toBeNull();
    });
  });
}

/** The tokens are of the kinds that their names state: otherwise the refusals would prove nothing. */
function expectKinds(tokens: Tokens, mode: string): void {
  const isJwks = mode === "jwks";
  const alg = (kind: Kind) => decodeProtectedHeader(tokens[kind]).alg;
  expect(alg("access token")).toBe(isJwks ? "EdDSA" : "HS256");
  expect(alg("revocation list")).toBe(isJwks ? "EdDSA" : "HS256");
  expect(decodeProtectedHeader(tokens["revocation list"]).typ).toBe("revocations+jwt");
  expect(alg("session cache cookie")).toBe(isJwks ? "EdDSA" : "HS256");
  expect(decodeJwt(tokens["session cache cookie"])).toHaveProperty(isJwks ? "sub" : "session");
  expect(decodeJwt(tokens["e-mail verification link"])).not.toHaveProperty("updateTo");
  expect(decodeJwt(tokens["e-mail change confirmation link"]).requestType).toBe("change-email-confirmation");
  expect(decodeJwt(tokens["e-mail change verification link"]).requestType).toBe("change-email-verification");
  for (const kind of ["session token", "password reset link", "account deletion link"] as const)
    expect(tokens[kind], kind).toMatch(/^[A-Za-z0-9]{20,40}$/);
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
  const folder = mkdtempSync(join(tmpdir(), "todo-jwks-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "jwks.json");
  writeFileSync(file, await (await sendRequest(auth, "/jwks")).text());
  return { ...settings, TODO__AUTH__JWKS_FILE: file };
}
