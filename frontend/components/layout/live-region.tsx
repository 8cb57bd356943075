"use client";

import { createContext, type ReactNode, use, useCallback, useState } from "react";

const AnnounceContext = createContext<(text: string) => void>(() => {});

/** Returns a function that announces a text to screen readers. */
export const useAnnounce = () => use(AnnounceContext);

/** A polite ARIA live region for the components inside. */
export function LiveRegion({ children }: { children: ReactNode }) {
  const [announcement, setAnnouncement] = useState({ text: "", count: 0 });
  const announce = useCallback((text: string) => setAnnouncement(({ count }) => ({ text, count: count + 1 })), []);
  return (
    <AnnounceContext value={announce}>
      {children}
      <p className="sr-only" role="status">
        {announcement.text}
        {/* A repeated text is announced only if the content differs. */}
        {announcement.count % 2 === 1 && "\u200b"}
      </p>
    </AnnounceContext>
  );
}
