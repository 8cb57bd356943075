const HOME = "/tasks";

/** Where to go after signing in: a path of this app, and never somebody else's site. */
export function safeRedirectPath(next: string | null | undefined): string {
  if (!next?.startsWith("/")) return HOME;
  const here = "http://here.invalid";
  const url = URL.canParse(next, here) ? new URL(next, here) : undefined;
  return url?.origin === here ? url.pathname + url.search : HOME;
}
