"use client";

import { useState } from "react";
import { button } from "./styles.ts";

type Props = {
  /** What is copied, in words: "Copy token". */
  label: string;
  text: string;
};

/** Copies a text to the clipboard. Browsers allow that on https and on this machine only, so the text must be selectable too. */
export function CopyButton({ label, text }: Props) {
  const [outcome, setOutcome] = useState<"copied" | "failed">();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome("copied");
    } catch {
      setOutcome("failed");
    }
  };
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <button className={button.quiet} onClick={copy} type="button">
        {label}
      </button>
      <p className="text-sm text-muted" role="status">
        {outcome === "copied" && "Copied."}
        {outcome === "failed" && "The browser does not allow it. Select the text and copy it."}
      </p>
    </div>
  );
}
