"use client";

import { useEffect, useState } from "react";

/**
 * The token of the link that opened the page, which is behind `#token=` and removed from the address bar. Undefined until
 * hydration, null without a token.
 */
export function useLinkToken(): string | null | undefined {
  const [token, setToken] = useState<string | null>();
  useEffect(() => {
    const sent = tokenInAddress();
    if (sent) window.history.replaceState(window.history.state, "", window.location.pathname);
    setToken((previous) => sent ?? previous ?? null);
    // Another link of the same page in the same tab loads nothing by itself, and the page may show the outcome of this one.
    const loadOtherLink = () => {
      if (tokenInAddress()) window.location.reload();
    };
    window.addEventListener("hashchange", loadOtherLink);
    return () => window.removeEventListener("hashchange", loadOtherLink);
  }, []);
  return token;
}

const tokenInAddress = (): string | null => new URLSearchParams(window.location.hash.slice(1)).get("token") || null;
