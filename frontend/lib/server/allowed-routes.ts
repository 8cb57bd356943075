/** The path below which Better Auth's routes are. */
const BASE_PATH = "/api/auth";

/**
 * The Better Auth routes that this app uses. Better Auth has about twenty more, and each of them would be an attack surface
 * that no page needs: with GET, `/verify-email` is called by programs that check the links of mails, and
 * `/verify-password` allows to guess.
 */
export const ALLOWED_ROUTES: readonly string[] = [
  "POST /sign-up/email",
  "POST /sign-in/email",
  "POST /sign-out",
  "POST /change-password",
  "POST /update-user",
  "POST /export-data",
  "POST /delete-user",
  "POST /change-email",
  "POST /cancel-email-change",
  "POST /account-alert",
  "POST /request-password-reset",
  "POST /reset-password",
  "POST /send-verification-email",
  "POST /verify-email",
  "GET /reauthentication-methods",
  "POST /reauthenticate",
  "GET /passkey/generate-register-options",
  "POST /passkey/verify-registration",
  "GET /passkey/generate-authenticate-options",
  "POST /passkey/verify-authentication",
  "POST /passkey/update-passkey",
  "POST /passkey/delete-passkey",
  "POST /two-factor/enable",
  "POST /two-factor/verify-totp",
  "POST /two-factor/verify-backup-code",
  "POST /two-factor/disable",
  "POST /two-factor/generate-backup-codes",
  "GET /api-token",
  "POST /personal-tokens/create",
  "POST /personal-tokens/revoke",
  "GET /jwks",
  "GET /revocations",
];

/** With a provider for signing in. `:id` stands for its id. */
export const PROVIDER_ROUTES: readonly string[] = [
  "POST /sign-in/social",
  "POST /link-social",
  "POST /unlink-account",
  "GET /callback/:id",
];

/** An endpoint of `auth.api`. Endpoints without a path cannot be reached over HTTP. */
type Endpoint = { path?: string; options?: { method?: string | string[] } };

type AuthHandler = { api: object; handler: (request: Request) => Promise<Response> };

/**
 * Answers 404 to every request that is not for an allowed route that exists, before Better Auth sees it: Better Auth would
 * write a row of its rate limiter for any path. The comparison is exact, so a route has one spelling.
 */
export async function handleAllowedRoute(
  { api, handler }: AuthHandler,
  request: Request,
  providers: readonly { id: string }[] = [],
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const route = routeOf(request.method, pathname.slice(BASE_PATH.length), providers);
  const allowed = providers.length > 0 ? [...ALLOWED_ROUTES, ...PROVIDER_ROUTES] : ALLOWED_ROUTES;
  const isAllowed = pathname.startsWith(`${BASE_PATH}/`) && allowed.includes(route);
  // The JWK Set, for example, exists in one token mode only.
  if (isAllowed && Object.values(api).some((endpoint: Endpoint) => routesOf(endpoint).includes(route)))
    return handler(request);
  const body = { code: "NOT_FOUND", message: "There is no such route." };
  return Response.json(body, { status: 404, headers: { "cache-control": "no-store" } });
}

/** The path of a configured provider is written with the parameter's name, as in the list. No other path becomes a pattern. */
function routeOf(method: string, path: string, providers: readonly { id: string }[]): string {
  const isCallback = providers.some(({ id }) => path === `/callback/${id}`);
  return `${method} ${isCallback ? "/callback/:id" : path.replace(":", "%3A")}`;
}

/** The routes of an endpoint, as `GET /path`. */
export function routesOf({ path, options }: Endpoint): string[] {
  if (!path) return [];
  return [options?.method ?? []].flat().map((method) => `${method} ${path}`);
}
