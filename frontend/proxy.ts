import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { isBackendPath, notFound, proxyToBackend } from "./lib/server/backend-proxy.ts";
import { DEFAULT_API_URL } from "./lib/server/config.ts";
import { REQUEST_PATH_HEADER } from "./lib/server/incoming-requests.ts";
import { contentSecurityPolicy, setSecurityHeaders } from "./lib/server/security-headers.ts";

/** Runs before every route: sends task requests to the backend, and sets the security headers of pages. */
export async function proxy(request: NextRequest): Promise<Response> {
  const { pathname } = request.nextUrl;
  // Next.js serves its data paths (`/_next/data/BUILD/api/ann/tasks.json`, `/api/ann/tasks.rsc`) as the path without them.
  if (pathname.startsWith("/api/") && pathname !== (request.headers.get(REQUEST_PATH_HEADER) ?? pathname))
    return notFound();
  // Read per request, because the build is the same for every environment.
  if (isBackendPath(pathname)) {
    return proxyToBackend(request, process.env.API_URL?.replace(/\/$/, "") || DEFAULT_API_URL);
  }
  const nonce = randomBytes(16).toString("base64");
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === "development");
  const headers = new Headers(request.headers);
  // Next.js reads the nonce for its own scripts from the policy.
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  const response = NextResponse.next({ request: { headers } });
  setSecurityHeaders(response.headers, policy, isHttps());
  return response;
}

const isHttps = (): boolean => process.env.BETTER_AUTH_URL?.startsWith("https:") ?? false;

export const config = { matcher: ["/((?!_next/static|_next/image).*)"] };
