"use client";

import { createContext, type ReactNode, use, useCallback, useState } from "react";

const Announce = createContext<(text: string) => void>(() => {});

/** Says to people who listen what others see happen. */
export const useAnnounce = () => use(Announce);

export function LiveRegion({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState({ text: "", times: 0 });
  // The same text twice is said twice: the invisible space makes it a new one.
  const announce = useCallback((text: string) => setSaid(({ times }) => ({ text, times: times + 1 })), []);
  return (
    <Announce value={announce}>
      {children}
      <p className="sr-only" role="status">
        {said.text}
        {said.times % 2 === 1 && "\u200b"}
      </p>
    </Announce>
  );
}
