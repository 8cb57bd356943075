import { CLIENT_IP_HEADER } from "./client-ip.ts";
import { AUTHORIZATION_COUNT_HEADER, REQUEST_ID_HEADER } from "./incoming-requests.ts";
import { securityEventLog } from "./security-events.ts";

/** `/api/{user_id}/tasks…` is the backend's. `/api/auth/…` is Better Auth's, so no user can have the id "auth". */
const TASK_PATHS = /^\/api\/(?!auth\/)[^/]+\/tasks(?:\/|$)/;

export const isBackendPath = (pathname: string): boolean => TASK_PATHS.test(pathname);

/** The request headers that are sent to the backend. Others, the session cookie above all, are not. */
const REQUEST_HEADERS = [
  "accept",
  "authorization",
  "content-type",
  "idempotency-key",
  "if-match",
  "if-none-match",
  REQUEST_ID_HEADER,
];

/** Hop-by-hop headers (RFC 9110 §7.6.1), headers of a body that `fetch` has decoded, and cookies, which the backend never sets. */
const REMOVED_RESPONSE_HEADERS = [
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-encoding",
  "content-length",
  "set-cookie",
];

const REQUEST_TIMEOUT_MS = 30_000;

/** One byte more than the backend accepts, so that the backend itself rejects a larger body, or first the token. */
const MAX_BODY_BYTES = 64 * 1024 + 1;

/** Sends the request to the backend and returns its response. */
export async function proxyToBackend(
  request: Request,
  apiUrl: string,
  fetcher: typeof fetch = fetch,
): Promise<Response> {
  if (Number(request.headers.get(AUTHORIZATION_COUNT_HEADER)) > 1) return rejectCredentials(request.headers);
  const { pathname, search } = new URL(request.url);
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
  try {
    const response = await fetcher(`${apiUrl}${pathname}${search}`, {
      method: request.method,
      headers: pickHeaders(request.headers),
      body: request.body ? await readUpTo(MAX_BODY_BYTES, request.body, signal) : undefined,
      redirect: "manual",
      cache: "no-store",
      signal,
    });
    const headers = new Headers(response.headers);
    for (const name of REMOVED_RESPONSE_HEADERS) headers.delete(name);
    // Next.js rejects a relative Location, although it sends a relative one to the client.
    const location = headers.get("location");
    if (location) headers.set("location", new URL(location, request.url).href);
    // `fetch` cancels the body of a response that is garbage-collected, unless a reader has locked it. Next.js locks it late.
    const body = response.body?.pipeThrough(new TransformStream()) ?? null;
    return new Response(body, { status: response.status, headers });
  } catch {
    return problemResponse(UNAVAILABLE, { "retry-after": "2" });
  }
}

/** Reads at most `maxBytes`. Stops at the signal too, because the stream of a disconnected client never ends. */
async function readUpTo(
  maxBytes: number,
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  signal.throwIfAborted();
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel);
  const buffer = new Uint8Array(maxBytes);
  let size = 0;
  while (size < maxBytes) {
    const { done, value } = await reader.read();
    if (done) break;
    buffer.set(value.subarray(0, maxBytes - size), size);
    size = Math.min(maxBytes, size + value.length);
  }
  signal.removeEventListener("abort", cancel);
  if (size === maxBytes) cancel();
  signal.throwIfAborted();
  return buffer.subarray(0, size);
}

function pickHeaders(headers: Headers): Headers {
  const picked = new Headers();
  for (const name of REQUEST_HEADERS) {
    const value = headers.get(name);
    if (value !== null) picked.set(name, value);
  }
  // The address that this app has determined, not what the client sent. The backend trusts this app as a proxy.
  const clientIp = headers.get(CLIENT_IP_HEADER);
  if (clientIp) picked.set("x-forwarded-for", clientIp);
  return picked;
}

/** The problem documents of the backend, so that clients handle one format. */
type Problem = { title: string; status: number; detail: string; code: string };

const MULTIPLE_CREDENTIALS: Problem = {
  title: "Several credentials",
  status: 400,
  detail: "Send exactly one Authorization header with one bearer token.",
  code: "invalid_request",
};

const NOT_FOUND: Problem = {
  title: "Not found",
  status: 404,
  detail: "There is nothing at this path.",
  code: "not_found",
};

const UNAVAILABLE: Problem = {
  title: "Unavailable",
  status: 503,
  detail: "The todo service does not answer. Try again in a moment.",
  code: "unavailable",
};

/** RFC 6750 §3.1. */
const CHALLENGE = { "www-authenticate": 'Bearer realm="todo", error="invalid_request"' };

/** Node.js drops the second Authorization header, so the backend would not see it. */
function rejectCredentials(headers: Headers): Response {
  securityEventLog().record({
    event: "token_refused",
    outcome: "refused",
    reason: "multiple_credentials",
    requestId: headers.get(REQUEST_ID_HEADER) ?? undefined,
    client: headers.get(CLIENT_IP_HEADER) ?? undefined,
  });
  return problemResponse(MULTIPLE_CREDENTIALS, CHALLENGE);
}

export const notFound = (): Response => problemResponse(NOT_FOUND);

function problemResponse(problem: Problem, headers: Record<string, string> = {}): Response {
  const body = JSON.stringify({ type: `/problems/${problem.code}`, ...problem });
  return new Response(body, {
    status: problem.status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
}
