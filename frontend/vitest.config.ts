import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { readPlaceholderWords } from "./lib/server/placeholder-words.ts";

const directory = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  resolve: { alias: { "@": directory } },
  test: {
    include: ["lib/**/*.test.ts"],
    environment: "node",
    env: { PLACEHOLDER_WORDS: readPlaceholderWords(directory) },
    testTimeout: 60_000,
    // Vitest would leave one of two cores idle.
    maxWorkers: "100%",
  },
});
