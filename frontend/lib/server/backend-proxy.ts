/** `/api/{user_id}/tasks…`: what belongs to the backend. `/api/auth/…` is Better Auth's, whoever may be called "auth". */
const TASKS = /^\/api\/(?!auth\/)[^/]+\/tasks(?:\/|$)/;

export const isForBackend = (pathname: string): boolean => TASKS.test(pathname);

/** What may go to the backend. Anything else stays here, the session's cookie first of all. */
const REQUEST_HEADERS = [
  "accept",
  "authorization",
  "content-type",
  "idempotency-key",
  "if-match",
  "if-none-match",
  "x-request-id",
];

/** Belong to one connection (RFC 9110 §7.6.1), or to a body that `fetch` has decoded. Nobody but Better Auth sets cookies. */
const NOT_RETURNED = [
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-encoding",
  "content-length",
  "set-cookie",
];

const PATIENCE = 30_000;

/** What the backend takes, and a byte more: it then says itself that this is too much, or first that the token is no good. */
const BODY_LIMIT = 64 * 1024 + 1;

/** Hands a request on to the backend and its answer back. */
export async function forward(request: Request, apiUrl: string, fetcher: typeof fetch = fetch): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE)]);
  try {
    const answer = await fetcher(`${apiUrl}${pathname}${search}`, {
      method: request.method,
      headers: pick(request.headers),
      body: request.body ? await readUpTo(request.body, BODY_LIMIT, signal) : undefined,
      redirect: "manual",
      cache: "no-store",
      signal,
    });
    const headers = new Headers(answer.headers);
    for (const name of NOT_RETURNED) headers.delete(name);
    // Next refuses a relative one, though it turns it into one again.
    const location = headers.get("location");
    if (location) headers.set("location", new URL(location, request.url).href);
    return new Response(answer.body, { status: answer.status, headers });
  } catch {
    return unavailable();
  }
}

/** A body that goes on is not waited for, and one whose sender goes away ends: nothing would ever say so. */
async function readUpTo(
  body: ReadableStream<Uint8Array>,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  signal.throwIfAborted();
  const reader = body.getReader();
  const end = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", end);
  const first = new Uint8Array(limit);
  let size = 0;
  while (size < limit) {
    const { done, value } = await reader.read();
    if (done) break;
    first.set(value.subarray(0, limit - size), size);
    size = Math.min(limit, size + value.length);
  }
  signal.removeEventListener("abort", end);
  if (size === limit) end();
  signal.throwIfAborted();
  return first.subarray(0, size);
}

function pick(headers: Headers): Headers {
  const picked = new Headers();
  for (const name of REQUEST_HEADERS) {
    const value = headers.get(name);
    if (value !== null) picked.set(name, value);
  }
  return picked;
}

/** The backend's own words for it, so that a client needs to know one kind of answer only. */
function unavailable(): Response {
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
