// The built app, started for a measurement or a sample, on a free port and with a database of its own.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("../.next/standalone/server.js", import.meta.url));

export async function startApp(environment = {}) {
  const port = await freePort();
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
    ...environment,
  };
  const child = spawn(process.execPath, [SERVER], { stdio: ["ignore", "ignore", "inherit"], env });
  const stop = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 200 && child.exitCode === null; tries++) {
    const isUp = await fetch(`${baseUrl}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return { baseUrl, secret, databaseFile, stop };
    await wait(50);
  }
  stop();
  throw new Error("the app did not start: npm run build");
}

/** Signs somebody up. Gives the cookie of their session. */
export async function signUp(baseUrl, person) {
  const answer = await fetch(`${baseUrl}/api/auth/sign-up/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: baseUrl },
    body: JSON.stringify(person),
  });
  const cookies = answer.headers.getSetCookie();
  return cookies.map((each) => each.split(";")[0]).join("; ");
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "localhost", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
