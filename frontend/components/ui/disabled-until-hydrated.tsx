"use client";

import type { ReactNode } from "react";
import { useHydrated } from "@/hooks/use-hydrated";

/**
 * Disables the controls inside until their event handlers are attached, so that no input is lost. The controls look the
 * same meanwhile. A Suspense boundary hydrates on its own, so controls inside one need their own instance in it.
 */
export function DisabledUntilHydrated({ children }: { children: ReactNode }) {
  return (
    <fieldset className="contents" disabled={!useHydrated()} role="none">
      {children}
    </fieldset>
  );
}
