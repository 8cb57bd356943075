"use client";

import { useCallback, useState } from "react";
import { button } from "../ui/styles.ts";

type Props = { codes: string[]; email: string; lead: string; onFinish: () => void };

/** Recovery codes with ways to save them. */
export function RecoveryCodes({ codes, email, lead, onFinish }: Props) {
  const [status, setStatus] = useState("");
  const focusWhenRendered = useCallback((element: HTMLElement | null) => element?.focus(), []);

  async function copy() {
    try {
      await navigator.clipboard.writeText(codes.join("\n"));
      setStatus("Copied.");
    } catch {
      // The browser refuses, or the page is not served by https.
      setStatus("This browser does not allow copying. Download the codes, or write them down.");
    }
  }

  return (
    <div className="grid grid-cols-1 gap-5">
      <p className="text-muted outline-none" ref={focusWhenRendered} tabIndex={-1}>
        {lead}
      </p>
      <ul aria-label="Recovery codes" className="grid grid-cols-2 gap-x-4 gap-y-1 font-mono">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-3">
        <button className={button.quiet} onClick={copy} type="button">
          Copy
        </button>
        <button
          className={button.quiet}
          onClick={() => {
            download(fileText(codes, email));
            setStatus("Saved with your downloads.");
          }}
          type="button"
        >
          Download
        </button>
      </div>
      <p className="text-sm font-medium text-accent" role="status">
        {status}
      </p>
      <button className={button.primary} onClick={onFinish} type="button">
        I have saved them
      </button>
    </div>
  );
}

const fileText = (codes: string[], email: string): string =>
  [
    `Recovery codes for Todo, account ${email}`,
    "Each code lets you sign in once without your authenticator app.",
    "Keep this file where nobody else can read it.",
    "",
    ...codes,
    "",
  ].join("\n");

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = "todo-recovery-codes.txt";
  anchor.click();
  URL.revokeObjectURL(url);
}
