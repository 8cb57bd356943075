import { onTestFinished, vi } from "vitest";
import { securityEventLog } from "./security-events.ts";

export type LoggedEvent = Record<string, unknown> & { event: string };

/** Collects the security events until the test has finished, and hides them and the errors of Better Auth. */
export function captureEvents(): { events: (name?: string) => LoggedEvent[]; lines: () => string } {
  const lines: string[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  const error = vi.spyOn(console, "error").mockImplementation((line) => void lines.push(String(line)));
  // Counts of an earlier test are not events of this one.
  securityEventLog().writeAllCounts();
  lines.length = 0;
  onTestFinished(() => {
    securityEventLog().writeAllCounts();
    write.mockRestore();
    error.mockRestore();
  });
  const events = (name?: string) =>
    lines
      .flatMap((text) => text.trim().split("\n"))
      .filter((line) => line.includes('"target":"security"'))
      .map((line) => JSON.parse(line) as LoggedEvent)
      .filter(({ event }) => !name || event === name);
  return { events, lines: () => lines.join("") };
}
