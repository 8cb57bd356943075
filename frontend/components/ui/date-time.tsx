"use client";

import { useHydrated } from "@/hooks/use-hydrated";

/** An instant (RFC 3339) as date and time. The server does not have the user's time zone, so its HTML has the date only. */
export function DateTime({ instant }: { instant: string }) {
  const isHydrated = useHydrated();
  return <time dateTime={instant}>{isHydrated ? formatDateTime(instant) : instant.slice(0, 10)}</time>;
}

const formatDateTime = (instant: string): string =>
  new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" }).format(new Date(instant));
