"use client";

import type { ReactNode } from "react";
import { useHydrated } from "@/hooks/use-hydrated";

/**
 * Around whatever needs the page's scripts. In the server's HTML and until they listen none of it can be pressed: a box
 * that is ticked too early would look done and not be. It looks the same all the while. What stands in a Suspense
 * boundary needs one of its own in there, since such a part comes to life by itself.
 */
export function DisabledUntilHydrated({ children }: { children: ReactNode }) {
  return (
    <fieldset className="contents" disabled={!useHydrated()} role="none">
      {children}
    </fieldset>
  );
}
