import { defineConfig } from "@playwright/test";
import config from "../playwright.config.ts";
import type { Options } from "./fixtures.ts";

/** Renders the images of the README: npm run screenshots. Not a project of the tests, which run without arguments. */
export default defineConfig<Options>({
  ...config,
  testDir: ".",
  outputDir: "../test-results",
  projects: [{ name: "screenshots", use: { mode: "shared-secret" }, testMatch: "screenshots.spec.ts" }],
});
