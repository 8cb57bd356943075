import { type AuthResult, authErrorFor } from "./auth-client.ts";

export type ExportFormat = "json" | "csv";

export type ExportedFile = { name: string; content: Blob };

/**
 * Requests the export and reads it whole before it is saved: a download by the browser would leave a file that looks complete
 * when the connection breaks off.
 */
export async function exportData(format: ExportFormat): Promise<AuthResult<ExportedFile>> {
  try {
    const response = await fetch("/api/auth/export-data", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ format }),
      cache: "no-store",
    });
    if (!response.ok)
      return { data: null, error: authErrorFor(response.status, await codeOf(response), response.headers) };
    const name = fileNameOf(response.headers) ?? `todo.${format}`;
    return { data: { name, content: await response.blob() }, error: null };
  } catch {
    return {
      data: null,
      error: { message: "The file did not arrive whole, so nothing was saved. Try again in a moment." },
    };
  }
}

/** Saves the file as a download. */
export function saveFile({ name, content }: ExportedFile): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The download reads the content for a while after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_DELAY_MS);
}

const REVOKE_DELAY_MS = 60_000;

async function codeOf(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => null);
  return typeof body === "object" && body !== null && "code" in body ? String(body.code) : "";
}

const fileNameOf = (headers: Headers): string | undefined =>
  headers.get("content-disposition")?.match(/filename="([^"/\\]+)"/)?.[1];
