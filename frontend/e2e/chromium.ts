import { existsSync } from "node:fs";
import type { LaunchOptions } from "@playwright/test";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Launches the installed Chromium; no browser is downloaded. The arguments disable its background requests. */
export function chromium(): LaunchOptions {
  const executablePath = process.env.CHROMIUM ?? PATHS.find((path) => existsSync(path));
  if (!executablePath || !existsSync(executablePath)) {
    throw new Error("Chromium is missing: apt-get install chromium, or set CHROMIUM to its path");
  }
  const isRoot = process.getuid?.() === 0;
  return {
    executablePath,
    args: [
      ...(isRoot ? ["--no-sandbox"] : []),
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  };
}
