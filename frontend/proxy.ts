import { type NextRequest, NextResponse } from "next/server";
import { DEFAULT_API_URL } from "./lib/server/api-url.ts";
import { forward, isForBackend } from "./lib/server/backend-proxy.ts";
import { contentSecurityPolicy, setSecurityHeaders } from "./lib/server/security-headers.ts";

/** In front of everything: hands the tasks' calls to the backend, and gives each page its security headers. */
export async function proxy(request: NextRequest): Promise<Response> {
  // Read at each request, that is at run time: one build serves everywhere.
  if (isForBackend(request.nextUrl.pathname)) {
    return forward(request, process.env.API_URL?.replace(/\/$/, "") || DEFAULT_API_URL);
  }
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === "development");
  const headers = new Headers(request.headers);
  // Next reads the nonce from the policy and puts it on its own scripts.
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  const response = NextResponse.next({ request: { headers } });
  setSecurityHeaders(response.headers, policy, isHttps());
  return response;
}

const isHttps = (): boolean => process.env.BETTER_AUTH_URL?.startsWith("https:") ?? false;

export const config = { matcher: ["/((?!_next/static|_next/image).*)"] };
