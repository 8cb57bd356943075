import { randomUUID } from "node:crypto";
import { type IncomingMessage, Server, type ServerResponse } from "node:http";
import { createClientIpSetter } from "./client-ip.ts";
import { RESOURCE_POLICY, securityHeaders } from "./security-headers.ts";

/** Identifies a request in its response, in the log and at the backend. */
export const REQUEST_ID_HEADER = "x-request-id";

/** The path as the client sent it. Next.js rewrites `/_next/data/BUILD/a.json`, `/a.rsc` and others to `/a`. */
export const REQUEST_PATH_HEADER = "x-todo-request-path";

/** The number of Authorization headers. Node.js keeps the first one only. */
export const AUTHORIZATION_COUNT_HEADER = "x-todo-authorization-count";

/** The ids that the backend accepts. */
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

type PreparationOptions = { https: boolean; trustedProxies: string[] };

/**
 * Monkey patch of `http.Server.prototype.emit`: prepares each request before Next.js handles it. The security headers are set
 * here, because Next.js answers static files, redirects and malformed requests without calling the proxy. A value of an
 * internal header that the client sends is overwritten. TRACE is answered here.
 */
export function installRequestPreparation({ https, trustedProxies }: PreparationOptions): void {
  const setClientIp = createClientIpSetter(trustedProxies);
  const headers = securityHeaders(RESOURCE_POLICY, https);
  const emit = Server.prototype.emit;
  Server.prototype.emit = function (this: Server, event: string | symbol, ...values: unknown[]) {
    if (event === "request") {
      const [request, response] = values as [IncomingMessage, ServerResponse];
      setClientIp(request);
      prepare(request, response, headers);
      if (request.method === "TRACE") {
        // Next.js fails on TRACE and logs a stack trace (RFC 9110 §9.3.8: a server that does not support it answers 405).
        response.writeHead(405, { allow: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" }).end();
        return true;
      }
    }
    return Reflect.apply(emit, this, [event, ...values]);
  };
}

function prepare(request: IncomingMessage, response: ServerResponse, headers: Record<string, string>): void {
  const sentId = request.headers[REQUEST_ID_HEADER];
  const requestId = typeof sentId === "string" && REQUEST_ID.test(sentId) ? sentId : randomUUID();
  request.headers[REQUEST_ID_HEADER] = requestId;
  request.headers[REQUEST_PATH_HEADER] = pathOf(request.url ?? "");
  request.headers[AUTHORIZATION_COUNT_HEADER] = String(countAuthorizationHeaders(request.rawHeaders));
  response.setHeader(REQUEST_ID_HEADER, requestId);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/** Also of a target in absolute form (RFC 9112 §3.2.2). */
function pathOf(target: string): string {
  const url = target.startsWith("/") ? `http://origin.invalid${target}` : target;
  return URL.canParse(url) ? new URL(url).pathname : "";
}

/** `rawHeaders` alternates names and values. */
const countAuthorizationHeaders = (rawHeaders: string[]): number =>
  rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === "authorization").length;
