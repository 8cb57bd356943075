import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GenericEndpointContext } from "better-auth";
import { signJWT } from "better-auth/plugins";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { signingKeyOptions } from "./signing-key.ts";
import { hasBackend, startBackend, startRecorder } from "./test-backend.ts";
import { createLinkAuth, type LinkAuth } from "./test-link-auth.ts";
import { cookiesOf, PASSWORD, sendRequest, signUpUser } from "./test-utils.ts";

/** 120 requests, a dozen of which hash a password. */
vi.setConfig({ testTimeout: 180_000 });

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
  "account alert link",
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
  // The links that change the address are of another account. With POST the test sends the session of its own account.
  "POST /verify-email": ["e-mail verification link"],
  // An address is changed by the link at the new one only.
  "GET /verify-email": ["e-mail verification link", "e-mail change verification link"],
  // Of another account too, so that the sessions of the test continue.
  "POST /account-alert": ["account alert link"],
  "GET /reset-password/:token": ["password reset link"],
  "POST /revoke-session": ["session token"],
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

async function createTokens(linkAuth: LinkAuth, user: { id: string; email: string }, cookies: string): Promise<Tokens> {
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
    "revocation list": await signRevocationList(linkAuth, user.id),
    "session token": sessionCookie.split(".")[0] ?? "",
    "session cookie": sessionCookie,
    "session cache cookie": cookieValue(cookies, CACHE_COOKIE),
    "e-mail verification link": verification,
    ...(await createChangeLinks(linkAuth)),
    "password reset link": mails.passwordReset,
    "account deletion link": mails.deletion,
    "account alert link": await createAlertLink(linkAuth),
  };
}

/** The links that change the address of another account: a change ends the links for a new password, and the reverse. */
async function createChangeLinks({ auth, mails }: LinkAuth) {
  const { id, email, cookie } = await signUpUser(auth);
  const { internalAdapter } = await auth.$context;
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
      onTestFinished(() => error.mockRestore());
      const { origin: deletionUrl } = await startRecorder(204);
      const linkAuth = await createLinkAuth({ API_TOKEN_MODE: mode, API_URL: deletionUrl });
      const { auth, config } = linkAuth;
      const { adapter, internalAdapter } = await auth.$context;
      const user = await signUpUser(auth);
      const tokens = await createTokens(linkAuth, user, user.cookie);
      const signIn = async (password = PASSWORD) =>
        cookiesOf(await sendRequest(auth, "/sign-in/email", { body: { email: user.email, password } }));
      // A session of the same user that has ended, whose cache is still valid.
      const ended = await signIn();
      await internalAdapter.deleteSession(cookieValue(ended, SESSION_COOKIE).split(".")[0] ?? "");
      tokens["session cache cookie"] = cookieValue(ended, CACHE_COOKIE);
      let own = sessionCookieOf(await signIn());
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

      const endpoints: Record<string, Endpoint> = {
        "backend: Authorization": (token) => bearer(`${apiUrl}/api/${user.id}/tasks`, token, fetch),
        "GET /api-token: session cookie": (token) => get("/api-token", `${SESSION_COOKIE}=${encode(token)}`),
        "GET /api-token: Authorization": (token) => bearer(`${config.baseUrl}/api/auth/api-token`, token, auth.handler),
        "GET /get-session: session cookie": (token) => isSignedIn(`${SESSION_COOKIE}=${encode(token)}`),
        "GET /get-session: cache cookie of an ended session": (token) =>
          isSignedIn(`${sessionCookieOf(ended)}; ${CACHE_COOKIE}=${encode(token)}`),
        "POST /verify-email": (token) => post("/verify-email", { token }),
        "GET /verify-email": (token) => get(`/verify-email?token=${encode(token)}`),
        "POST /account-alert": (token) => post("/account-alert", { token }),
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
          if (await endpoints[name]?.(tokens[kind])) accepted[name].push(kind);
        }
        if (name === "POST /reset-password") {
          // It has ended the sessions and the other links.
          own = sessionCookieOf(await signIn(newPassword));
          await post("/delete-user", { password: newPassword });
          tokens["account deletion link"] = linkAuth.mails.deletion;
        }
        if (!name.endsWith(" /verify-email")) continue;
        expect((await internalAdapter.findUserById(user.id))?.emailVerified).toBe(true);
        // The next endpoint is given the same links.
        await internalAdapter.updateUser(user.id, { email: user.email, emailVerified: name.startsWith("GET") });
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
  expect(tokens["account alert link"]).toMatch(/^[\w-]{43}$/);
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
