// Starts the built web app on a free port with a temporary database, for measurements and sample tokens.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import getPort from "get-port";

const SERVER = fileURLToPath(new URL("../.next/standalone/server.js", import.meta.url));
const START_TIMEOUT_MS = 20_000;

export async function startApp(settings = {}) {
  const port = await getPort();
  const baseUrl = `http://localhost:${port}`;
  const folder = mkdtempSync(join(tmpdir(), "todo-app-"));
  const secret = randomBytes(32).toString("base64");
  const databaseFile = join(folder, "auth.db");
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: "production",
    BETTER_AUTH_SECRET: secret,
    BETTER_AUTH_URL: baseUrl,
    PORT: String(port),
    HOSTNAME: "localhost",
    AUTH_DATABASE_URL: `sqlite://${databaseFile}`,
    ...settings,
  };
  const child = spawn(process.execPath, [SERVER], { stdio: ["ignore", "ignore", "inherit"], env });
  const stop = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const isReady = await fetch(`${baseUrl}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return { baseUrl, secret, databaseFile, stop };
    await delay(50);
  }
  stop();
  throw new Error("the web app did not start: run npm run build first");
}

/** Signs a user up. Returns the session cookies. */
export async function signUp(baseUrl, user) {
  const response = await fetch(`${baseUrl}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: baseUrl },
    body: JSON.stringify(user),
  });
  if (!response.ok) throw new Error(`sign-up failed with ${response.status}`);
  const cookies = response.headers.getSetCookie();
  return cookies.map((cookie) => cookie.split(";")[0]).join("; ");
}
