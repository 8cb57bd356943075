/** Somebody closed a page while it was sending. Next logs that as an error of ours, once or twice, and it is nobody's. */
export function ignoreAbortedRequestErrors(): void {
  const log = console.error;
  console.error = (...values: unknown[]) => {
    if (!values.some(isAbort)) log(...values);
  };
}

/** What Node makes of a request whose sender has gone. */
const isAbort = (value: unknown): boolean =>
  value instanceof Error && value.message === "aborted" && "code" in value && value.code === "ECONNRESET";
