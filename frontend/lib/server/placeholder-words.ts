import { readFileSync } from "node:fs";
import { join } from "node:path";

const FILE = "../crates/auth-core/src/keys/placeholder_words.txt";

/** The backend's list of placeholder words, separated by spaces. Read at build time, and compiled into weak-secret.ts. */
export function readPlaceholderWords(frontendDirectory: string): string {
  const lines = readFileSync(join(frontendDirectory, FILE), "utf8").split("\n");
  return lines
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"))
    .join(" ");
}
