"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { useReauthentication } from "@/hooks/use-reauthentication";
import type { AuthError } from "@/lib/auth-client";
import { type ExportFormat, exportData, saveFile } from "@/lib/export-data";
import { Alert } from "../ui/alert.tsx";
import { button } from "../ui/styles.ts";

const LABELS: Record<ExportFormat, string> = { json: "Export everything (JSON)", csv: "Export tasks (CSV)" };
const FORMATS: readonly ExportFormat[] = ["json", "csv"];

/** Buttons that save the user's data as files. */
export function ExportData() {
  const router = useRouter();
  const withReauthentication = useReauthentication();
  const [pending, setPending] = useState<ExportFormat>();
  const [error, setError] = useState<AuthError>();
  const [message, setMessage] = useState("");

  async function save(format: ExportFormat) {
    if (pending) return;
    setPending(format);
    setError(undefined);
    setMessage("");
    const result = await withReauthentication(() => exportData(format));
    setPending(undefined);
    if (result.error) return setError(result.error);
    saveFile(result.data);
    // For the recent activity, and the session that a reauthentication has replaced.
    router.refresh();
    setMessage(`Saved as ${result.data.name}.`);
  }

  return (
    <div className="grid grid-cols-1 gap-3">
      {error && <Alert>{error.message}</Alert>}
      <div className="flex flex-wrap gap-3">
        {FORMATS.map((format) => (
          <button
            aria-busy={pending === format}
            className={button.quiet}
            key={format}
            onClick={() => save(format)}
            type="button"
          >
            {pending === format ? "Preparing the file…" : LABELS[format]}
          </button>
        ))}
      </div>
      <p className="text-sm font-medium break-words text-accent empty:hidden" role="status">
        {message}
      </p>
    </div>
  );
}
