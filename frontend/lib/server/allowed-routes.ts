/** The path below which Better Auth's routes are. */
const BASE_PATH = "/api/auth";

/**
 * The Better Auth routes that this app uses. Better Auth has about twenty more, and each of them would be an attack surface
 * that no page needs: `/verify-email` accepts any token with an e-mail address, `/verify-password` allows to guess.
 */
export const ALLOWED_ROUTES: readonly string[] = [
  "POST /sign-up/email",
  "POST /sign-in/email",
  "POST /sign-out",
  "POST /change-password",
  "POST /update-user",
  "POST /export-data",
  "POST /delete-user",
  "GET /reauthentication-methods",
  "POST /reauthenticate",
  "GET /api-token",
  "GET /jwks",
  "GET /revocations",
];

/** An endpoint of `auth.api`. Endpoints without a path cannot be reached over HTTP. */
type Endpoint = { path?: string; options?: { method?: string | string[] } };

type AuthHandler = { api: object; handler: (request: Request) => Promise<Response> };

/**
 * Answers 404 to every request that is not for an allowed route that exists, before Better Auth sees it: Better Auth would
 * write a row of its rate limiter for any path. The comparison is exact, so a route has one spelling.
 */
export async function handleAllowedRoute({ api, handler }: AuthHandler, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const route = `${request.method} ${pathname.slice(BASE_PATH.length)}`;
  const isAllowed = pathname.startsWith(`${BASE_PATH}/`) && ALLOWED_ROUTES.includes(route);
  // The JWK Set, for example, exists in one token mode only.
  if (isAllowed && Object.values(api).some((endpoint: Endpoint) => routesOf(endpoint).includes(route)))
    return handler(request);
  const body = { code: "NOT_FOUND", message: "There is no such route." };
  return Response.json(body, { status: 404, headers: { "cache-control": "no-store" } });
}

/** The routes of an endpoint, as `GET /path`. */
export function routesOf({ path, options }: Endpoint): string[] {
  if (!path) return [];
  return [options?.method ?? []].flat().map((method) => `${method} ${path}`);
}
