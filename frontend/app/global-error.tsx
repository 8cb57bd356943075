"use client";

import ErrorPage from "./error";
import "./globals.css";

/** The error page for an error in the root layout, which it replaces. */
export default function GlobalError({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body>
        <ErrorPage reset={reset} />
      </body>
    </html>
  );
}
