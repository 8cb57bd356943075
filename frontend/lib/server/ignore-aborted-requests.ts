/**
 * Monkey patch of `console.error`. Next.js logs `ECONNRESET` for a request whose client disconnected. This is not an
 * application error, so it is filtered out.
 */
export function ignoreAbortedRequestErrors(): void {
  const log = console.error;
  console.error = (...values: unknown[]) => {
    if (!values.some(isAbortedRequestError)) log(...values);
  };
}

/** Node's error for an incoming request whose client has disconnected. */
const isAbortedRequestError = (value: unknown): boolean =>
  value instanceof Error && value.message === "aborted" && "code" in value && value.code === "ECONNRESET";
