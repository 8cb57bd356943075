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
  "x-request-id",
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
    return serviceUnavailable();
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
  return picked;
}

/** The problem document that the backend itself sends with 503, so that clients handle one format. */
function serviceUnavailable(): Response {
  const problem = {
    type: "/problems/unavailable",
    title: "Unavailable",
    status: 503,
    detail: "The todo service does not answer. Try again in a moment.",
    code: "unavailable",
  };
  const headers = { "content-type": "application/problem+json", "retry-after": "2", "cache-control": "no-store" };
  return new Response(JSON.stringify(problem), { status: 503, headers });
}
