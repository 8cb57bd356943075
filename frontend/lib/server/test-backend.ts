import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import getPort from "get-port";
import { onTestFinished } from "vitest";

const FRONTEND = fileURLToPath(new URL("../..", import.meta.url));
const BACKEND = resolve(FRONTEND, process.env.TODO_SERVER_BIN ?? "../target/debug/todo-server");
const START_TIMEOUT_MS = 10_000;

export const hasBackend = existsSync(BACKEND);

/** Starts the backend with a database of its own until the test has finished. Returns its origin. */
export async function startBackend(settings: Record<string, string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "todo-backend-"));
  const port = await getPort();
  const child = spawn(BACKEND, ["serve"], {
    env: {
      NODE_ENV: "test",
      HOST: "127.0.0.1",
      PORT: String(port),
      DATABASE_URL: `sqlite://${folder}/todo.db?mode=rwc`,
      RUST_LOG: "off",
      ...settings,
    },
    stdio: "ignore",
    cwd: folder,
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  const origin = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    if ((await fetch(`${origin}/livez`).catch(() => undefined))?.ok) return origin;
    await delay(20);
  }
  throw new Error(`${BACKEND} did not start`);
}

/** Writes a file that exists until the test has finished. Returns its path. */
export function createTestFile(name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "todo-file-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

export type RecordedRequest = { method: string; url: string; authorization: string };

/** Starts an HTTP server that answers every request with this status, until the test has finished. */
export async function startRecorder(status: number): Promise<{ origin: string; requests: RecordedRequest[] }> {
  const requests: RecordedRequest[] = [];
  const server = createServer(({ method = "", url = "", headers }, response) => {
    requests.push({ method, url, authorization: headers.authorization ?? "" });
    response.writeHead(status).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}
