"use client";

import { useEffect, useState } from "react";

/**
 * The token of the link that opened the page, which is behind `#token=` and removed from the address bar. Undefined until
 * hydration, null without a token.
 */
export function useLinkToken(): string | null | undefined {
  const [token, setToken] = useState<string | null>();
  useEffect(() => {
    const takeToken = () => {
      const sent = new URLSearchParams(window.location.hash.slice(1)).get("token") || null;
      if (sent) window.history.replaceState(window.history.state, "", window.location.pathname);
      setToken((previous) => sent ?? previous ?? null);
    };
    takeToken();
    // Another link of the same page in the same tab loads nothing.
    window.addEventListener("hashchange", takeToken);
    return () => window.removeEventListener("hashchange", takeToken);
  }, []);
  return token;
}
