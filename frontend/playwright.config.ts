import { defineConfig, devices } from "@playwright/test";
import { chromium } from "./e2e/chromium.ts";
import type { Options } from "./e2e/fixtures.ts";

/** Real Chromium, the built app and the real backend, once for each way to sign tokens. */
export default defineConfig<Options>({
  testDir: "e2e",
  fullyParallel: true,
  workers: 2,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  // A second try would hide a fault that shows itself now and then.
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  reporter: "list",
  outputDir: "test-results",
  use: {
    ...devices["Desktop Chrome"],
    launchOptions: chromium(),
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
  },
  projects: [
    { name: "shared-secret", use: { mode: "shared-secret" }, testIgnore: /screenshots|rotation/ },
    { name: "jwks", use: { mode: "jwks" }, testIgnore: /screenshots|rotation/ },
    // Each drill says itself how tokens are signed.
    { name: "rotation", testMatch: /rotation/ },
    // The screenshots of the README: npm run screenshots.
    { name: "screenshots", use: { mode: "shared-secret" }, testMatch: /screenshots/ },
  ],
});
