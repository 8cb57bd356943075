"use client";

import ErrorPage from "./error";
import "./globals.css";

/** When even the layout has failed: the same words, in a document of its own. */
export default function GlobalError({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <ErrorPage reset={reset} />
      </body>
    </html>
  );
}
