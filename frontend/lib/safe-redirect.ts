const DEFAULT_PATH = "/tasks";

/** The path to open after signing in. Returns the default for anything that is not a path of this origin. */
export function safeRedirectPath(next: string | null | undefined): string {
  if (!next?.startsWith("/")) return DEFAULT_PATH;
  const origin = "http://origin.invalid";
  const url = URL.canParse(next, origin) ? new URL(next, origin) : undefined;
  return url?.origin === origin ? url.pathname + url.search : DEFAULT_PATH;
}
