"use client";

import { type ReactNode, useCallback } from "react";

/** What a form has done, in its place. The heading is focused, because the focused button is gone. */
export function Outcome({ title, children }: { title: string; children: ReactNode }) {
  const focus = useCallback((heading: HTMLHeadingElement | null) => heading?.focus(), []);
  return (
    <div className="grid grid-cols-1 gap-4">
      <h2 className="text-lg font-semibold" ref={focus} tabIndex={-1}>
        {title}
      </h2>
      {children}
    </div>
  );
}
