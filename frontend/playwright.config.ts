import { defineConfig, devices } from "@playwright/test";
import { chromium } from "./e2e/chromium.ts";
import type { Options } from "./e2e/fixtures.ts";

/** Chromium, the built web app and the backend. Every feature is tested in both token modes, its appearance in one. */
export default defineConfig<Options>({
  testDir: "e2e",
  fullyParallel: true,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  // A retry would hide an intermittent fault.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  outputDir: "test-results",
  use: {
    ...devices["Desktop Chrome"],
    launchOptions: chromium(),
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "shared-secret", use: { mode: "shared-secret" }, testIgnore: /(revocation|rotation|screenshots)\.spec/ },
    {
      name: "jwks",
      use: { mode: "jwks" },
      testIgnore: /(revocation|rotation|screenshots)\.spec/,
      grepInvert: /@appearance/,
    },
    // Each test chooses its token mode.
    { name: "rotation", testMatch: /(revocation|rotation)\.spec/ },
  ],
});
