import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { isBackendPath, proxyToBackend } from "./lib/server/backend-proxy.ts";
import { DEFAULT_API_URL } from "./lib/server/config.ts";
import { contentSecurityPolicy, setSecurityHeaders } from "./lib/server/security-headers.ts";

/** Runs before every route: sends task requests to the backend, and sets the security headers of pages. */
export async function proxy(request: NextRequest): Promise<Response> {
  // Read per request, because the build is the same for every environment.
  if (isBackendPath(request.nextUrl.pathname)) {
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
