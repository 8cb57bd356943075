import { expect, it, vi } from "vitest";
import { ALLOWED_ROUTES, handleAllowedRoute, PROVIDER_ROUTES, routesOf } from "./allowed-routes.ts";
import { CLIENT_IP_HEADER } from "./client-ip.ts";
import { createTestAuth, sendRequest, signUpUser, type TestAuth } from "./test-utils.ts";

/** The instance as the web app's route handler calls it. */
const guarded = ({ auth }: TestAuth) => ({ handler: (request: Request) => handleAllowedRoute(auth, request) });

const rateLimitRows = async ({ auth }: TestAuth) => (await auth.$context).adapter.count({ model: "rateLimit" });

for (const mode of ["shared-secret", "jwks"]) {
  it(`every endpoint of Better Auth in ${mode} mode is either allowed or not found`, async () => {
    const testAuth = await createTestAuth({ API_TOKEN_MODE: mode });
    const routes = Object.values(testAuth.auth.api).flatMap(routesOf);
    expect(routes.length).toBeGreaterThan(25);
    const found = [];
    for (const route of routes) {
      const [method = "", path = ""] = route.split(" ");
      const headers = { origin: "http://localhost:3000", [CLIENT_IP_HEADER]: "192.0.2.1" };
      const url = `http://localhost:3000/api/auth${path}`;
      const response = await handleAllowedRoute(testAuth.auth, new Request(url, { method, headers }));
      if (response.status !== 404) found.push(route);
    }
    expect(found.sort()).toEqual(routes.filter((route) => ALLOWED_ROUTES.includes(route)).sort());
    expect(found).toContain("POST /sign-in/email");
    expect(found).not.toContain("GET /verify-email");
  });
}

it("request to an unknown path writes nothing to the database", async () => {
  const testAuth = await createTestAuth();
  for (let request = 0; request < 400; request++) {
    const response = await sendRequest(guarded(testAuth), `/unknown-${request}`);
    expect(response.status).toBe(404);
  }
  expect(await rateLimitRows(testAuth)).toBe(0);
});

it("other spellings and methods of an allowed route are not found", async () => {
  const testAuth = await createTestAuth({ API_TOKEN_MODE: "jwks" });
  const { cookie } = await signUpUser(guarded(testAuth));
  const rows = await rateLimitRows(testAuth);
  for (const path of ["/jwks/", "//jwks", "/JWKS", "/%6awks", "/jwks%2f", "/x/../api-token/", "/sign-in/email", ""])
    expect((await sendRequest(guarded(testAuth), path, { cookie })).status, path).toBe(404);
  expect((await sendRequest(guarded(testAuth), "/jwks", { body: {} })).status).toBe(404);
  expect(await rateLimitRows(testAuth)).toBe(rows);
  expect((await sendRequest(guarded(testAuth), "/jwks")).status).toBe(200);
});

it("password cannot be guessed through the verify-password endpoint", async () => {
  const testAuth = await createTestAuth();
  const { cookie } = await signUpUser(guarded(testAuth));
  const response = await sendRequest(guarded(testAuth), "/verify-password", { body: { password: "guess" }, cookie });
  expect(response.status).toBe(404);
});

it("JWK Set in shared-secret mode is not found, and no row is written", async () => {
  const testAuth = await createTestAuth();
  expect((await sendRequest(guarded(testAuth), "/jwks")).status).toBe(404);
  expect(await rateLimitRows(testAuth)).toBe(0);
});

const GOOGLE = { GOOGLE_CLIENT_ID: "id", GOOGLE_CLIENT_SECRET: "secret" };
const PROVIDERS = [{ id: "google" }];

it("routes of providers are found only with a configured provider, and its callback by its id only", async () => {
  const { auth } = await createTestAuth(GOOGLE);
  const statusOf = async (route: string, providers: { id: string }[]) => {
    const [method = "", path = ""] = route.split(" ");
    const headers = { origin: "http://localhost:3000", [CLIENT_IP_HEADER]: "192.0.2.1" };
    const request = new Request(`http://localhost:3000/api/auth${path}`, { method, headers });
    return (await handleAllowedRoute(auth, request, providers)).status;
  };
  for (const route of PROVIDER_ROUTES) {
    const path = route.replace(":id", "google");
    expect(await statusOf(path, []), path).toBe(404);
    expect(await statusOf(path, PROVIDERS), path).not.toBe(404);
  }
  for (const route of [
    "GET /callback/github",
    "GET /callback/:id",
    "GET /callback/google/",
    "GET /callback/%67oogle",
    "GET /callback/google/x",
    "GET /callback/",
    "POST /callback/google",
    "GET /sign-in/social",
    "GET /list-accounts",
    "POST /get-access-token",
    "POST /refresh-token",
    "GET /account-info",
    "GET /error",
  ])
    expect(await statusOf(route, PROVIDERS), route).toBe(404);
});

it("allowed route that does not exist in this token mode is not passed to Better Auth", async () => {
  const { auth } = await createTestAuth();
  const handler = vi.fn(async () => new Response());
  const statusOf = async (path: string) =>
    (await handleAllowedRoute({ api: auth.api, handler }, new Request(`http://localhost:3000/api/auth${path}`))).status;
  expect(await statusOf("/jwks")).toBe(404);
  expect(handler).not.toHaveBeenCalled();
  expect(await statusOf("/revocations")).toBe(200);
});
