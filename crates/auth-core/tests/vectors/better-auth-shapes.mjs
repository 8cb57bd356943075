// Writes better-auth-shapes.json: one token of each shape that Better Auth issues, from its handler, with a test secret and an
// in-memory database. In an empty directory:
//
//   npm install --legacy-peer-deps better-auth@1.7.25 @better-auth/oauth-provider@1.7.5 @better-auth/api-key@1.7.5 @better-auth/mcp@1.7.5
//   cp …/better-auth-shapes.mjs . && node better-auth-shapes.mjs > better-auth-shapes.json
import { createHash, randomBytes } from "node:crypto";
import { apiKey } from "@better-auth/api-key";
import { mcp } from "@better-auth/mcp";
import { oauthProvider } from "@better-auth/oauth-provider";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { signJWT } from "better-auth/crypto";
import { bearer, deviceAuthorization, jwt } from "better-auth/plugins";

const BASE_URL = "http://localhost:4100";
const SECRET = "4c5WjS3m0r8yQ1Zt6uVb9nXk2pLh7GdE";
const API = "https://api.example";
const MODELS = [
  "user", "session", "account", "verification", "jwks", "apikey", "deviceCode", "oauthClient", "oauthAccessToken",
  "oauthRefreshToken", "oauthConsent", "oauthResource", "oauthClientResource", "oauthClientAssertion",
];
const OAUTH = {
  loginPage: "/login",
  consentPage: "/consent",
  scopes: ["openid", "profile", "email", "offline_access", "tasks:read"],
  clientPrivileges: () => true,
};
const FORM = { "content-type": "application/x-www-form-urlencoded" };

const tokens = [];

/** An application with a signed-up user. */
async function start(plugins, options = {}, baseURL = BASE_URL) {
  const auth = betterAuth({
    baseURL,
    secret: SECRET,
    database: memoryAdapter(Object.fromEntries(MODELS.map((model) => [model, []]))),
    emailAndPassword: { enabled: true },
    plugins,
    logger: { level: "error" },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    ...options,
  });
  const { origin, pathname } = new URL(baseURL);
  const prefix = pathname.replace(/\/+$/, "") || "/api/auth";
  const call = (path, init = {}) => {
    const headers = new Headers({ "content-type": "application/json", ...init.headers, origin });
    return auth.handler(new Request(origin + prefix + path, { ...init, headers }));
  };
  const post = (path, body, headers) => call(path, { method: "POST", body: JSON.stringify(body), headers });
  const response = await post("/sign-up/email", { email: "ada@example.com", password: "correct horse 9", name: "Ada" });
  const cookie = response.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
  const sessionToken = response.headers.get("set-auth-token");
  const { user } = await response.json();
  const jwtToken = async (headers = { cookie }) => (await (await call("/token", { headers })).json()).token;
  const add = async (name, token, more = {}) => {
    if (!token) throw new Error(`no token: ${name}`);
    const issued = Math.floor(Date.now() / 1000);
    tokens.push({ name, base_url: baseURL, issued, sub: user.id, token, jwks: await (await call("/jwks")).text(), ...more });
  };
  return { auth, add, call, cookie, jwtToken, origin, post, prefix, sessionToken };
}

async function createClient(app) {
  return app.auth.api.adminCreateOAuthClient({
    body: {
      redirect_uris: ["https://client.example/callback"],
      client_name: "Calendar",
      skip_consent: true,
      scope: OAUTH.scopes.join(" "),
      grant_types: ["authorization_code", "client_credentials", "refresh_token"],
      client_credentials_scopes: ["tasks:read"],
      token_endpoint_auth_method: "client_secret_post",
    },
    headers: new Headers({ cookie: app.cookie }),
  });
}

async function requestTokens(app, client, parameters) {
  const credentials = { client_id: client.client_id, client_secret: client.client_secret };
  const body = new URLSearchParams({ ...parameters, ...credentials }).toString();
  return (await app.call("/oauth2/token", { method: "POST", body, headers: FORM })).json();
}

/** The authorization code flow with PKCE, without a consent page. */
async function authorize(app, client, resource = {}) {
  const code_verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client.client_id,
    redirect_uri: client.redirect_uris[0],
    scope: "openid email tasks:read offline_access",
    state: "state",
    code_challenge: createHash("sha256").update(code_verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...resource,
  });
  const response = await app.call(`/oauth2/authorize?${query}`, { headers: { cookie: app.cookie } });
  const code = new URL(response.headers.get("location")).searchParams.get("code");
  const redirect_uri = client.redirect_uris[0];
  return requestTokens(app, client, { grant_type: "authorization_code", code, code_verifier, redirect_uri, ...resource });
}

/** The metadata by their paths. */
async function metadata(app) {
  const paths = [
    `/.well-known/oauth-authorization-server${app.prefix}`,
    `${app.prefix}/.well-known/openid-configuration`,
  ];
  const read = async (path) => [path, await (await app.auth.handler(new Request(app.origin + path))).text()];
  return { metadata: Object.fromEntries(await Promise.all(paths.map(read))) };
}

{
  const app = await start([jwt(), bearer()]);
  await app.add("jwt", await app.jwtToken());
  await app.add("bearer: JWT", await app.jwtToken({ authorization: `Bearer ${app.sessionToken}` }));
  await app.add("bearer: session token", app.sessionToken);
}
{
  // HS256 with the secret: what `Validation::better_auth_shared_secret` is for. The plugin then serves no JWK Set.
  const sign = (payload) => signJWT(payload, SECRET, 900);
  const jwks = { remoteUrl: `${BASE_URL}/jwks`, keyPairConfig: { alg: "ES256" } };
  const app = await start([jwt({ jwks, jwt: { sign, audience: API } })]);
  await app.add("jwt, signed with the secret", await app.jwtToken(), { jwks: tokens[0].jwks });
}
{
  const definePayload = ({ user }) => ({ email: user.email, role: "admin", org: { id: 7 } });
  const app = await start([jwt({ jwt: { definePayload } })]);
  await app.add("jwt, definePayload", await app.jwtToken());
}
{
  const app = await start([jwt(), apiKey({ enableSessionForAPIKeys: true })]);
  const { key } = await (await app.post("/api-key/create", { name: "ci" }, { cookie: app.cookie })).json();
  await app.add("api-key: JWT", await app.jwtToken({ "x-api-key": key }));
  await app.add("api-key: key", key);
}
{
  const app = await start([jwt(), bearer(), deviceAuthorization({ expiresIn: "10m", interval: "1s", validateClient: () => true })]);
  const { device_code, user_code } = await (await app.post("/device/code", { client_id: "tv" })).json();
  await app.call(`/device?user_code=${user_code}`, { headers: { cookie: app.cookie } });
  await app.post("/device/approve", { userCode: user_code }, { cookie: app.cookie });
  const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
  const { access_token } = await (await app.post("/device/token", { grant_type, device_code, client_id: "tv" })).json();
  await app.add("device: JWT", await app.jwtToken({ authorization: `Bearer ${access_token}` }));
  await app.add("device: session token", access_token);
}
for (const strategy of ["compact", "jwt", "jwe"]) {
  const app = await start([jwt()], { session: { cookieCache: { enabled: true, strategy, maxAge: 300 } } });
  const data = app.cookie.split("; ").find((pair) => pair.includes("session_data"));
  await app.add(`cookie cache ${strategy}: JWT`, await app.jwtToken());
  await app.add(`cookie cache ${strategy}: cookie`, decodeURIComponent(data.slice(data.indexOf("=") + 1)));
}
{
  let token;
  const sendVerificationEmail = async (mail) => (token = mail.token);
  const app = await start([jwt()], { emailVerification: { sendOnSignUp: true, sendVerificationEmail } });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await app.add("e-mail verification", token);
}
for (const baseURL of [BASE_URL, `${BASE_URL}/`, `${BASE_URL}/identity`, `${BASE_URL}/identity/`]) {
  const plugin = oauthProvider({ ...OAUTH, resources: [API], clientRegistrationDefaultResources: [API] });
  const app = await start([jwt(), plugin], {}, baseURL);
  const client = await createClient(app);
  const user = await authorize(app, client, { resource: API });
  await app.add("oauth-provider: user", user.access_token, { resource: API, ...(await metadata(app)) });
  if (baseURL !== BASE_URL) continue;
  await app.add("oauth-provider: ID token", user.id_token);
  await app.add("oauth-provider: refresh token", user.refresh_token);
  await app.add("oauth-provider: user, no resource", (await authorize(app, client)).access_token);
  const parameters = { grant_type: "client_credentials", scope: "tasks:read", resource: API };
  await app.add("oauth-provider: client", (await requestTokens(app, client, parameters)).access_token);
  await app.add("oauth-provider: JWT of jwt()", await app.jwtToken());
}
{
  const resource = `${API}/mcp`;
  const app = await start([jwt(), mcp({ ...OAUTH, resource })]);
  const user = await authorize(app, await createClient(app), { resource });
  await app.add("mcp: user", user.access_token, { resource });
  await app.add("mcp: ID token", user.id_token);
}
console.log(JSON.stringify({ secret: SECRET, tokens }, null, 2));
