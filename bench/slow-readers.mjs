// Measures the memory that clients hold which request a page and do not read it. README.md in this directory describes the method.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { residentMemory } from "./cpu.mjs";
import { findFreePort } from "./free-port.mjs";
import { sendRequest, waitForResponse } from "./http.mjs";
import { AUDIENCE, accessToken, ISSUER, SECRET, userId } from "./tokens.mjs";
import { UserError } from "./user-error.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const ESTABLISHED = "01";
const TASKS = 200;
const MAX_SECONDS = 180;
const REPORT_SECONDS = [2, 10, 20, 30, 40, 50, 60, 70, 80, 90, 120, 150, 180];

async function main() {
  const { values: options } = parseArgs({
    options: {
      server: { type: "string", default: join(root, "target/release/todo-server") },
      readers: { type: "string", default: "60" },
      users: { type: "string", default: "60" },
      description: { type: "string", default: "5000" },
      env: { type: "string", multiple: true, default: [] },
    },
  });
  const [readers, users, length] = [options.readers, options.users, options.description].map(Number);
  const directory = mkdtempSync(join(tmpdir(), "todo-slow-readers."));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  const port = await findFreePort();
  const server = spawn(resolve(options.server), ["serve"], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      BETTER_AUTH_SECRET: SECRET,
      TODO__AUTH__ISSUER: ISSUER,
      TODO__AUTH__AUDIENCE: AUDIENCE,
      DATABASE_URL: `sqlite://${directory}/todo.db?mode=rwc`,
      RUST_LOG: "warn",
      ...Object.fromEntries(options.env.map((entry) => entry.split(/=(.*)/s, 2))),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  process.once("exit", () => server.kill("SIGKILL"));
  await waitForResponse(port, "GET\t/livez\t\t", () => server.exitCode === null);

  const body = JSON.stringify({ title: "task", description: "😀".repeat(length) });
  for (let user = 0; user < users; user++) {
    for (let task = 0; task < TASKS; task++) {
      const { status } = await sendRequest(port, ["POST", `/api/${userId(user)}/tasks`, accessToken(userId(user)), body].join("\t"));
      if (status !== 201) throw new UserError(`a task was not created: status ${status}`);
    }
  }
  const list = (user) => ["GET", `/api/${user}/tasks?limit=200`, accessToken(user), ""].join("\t");
  // The page cache of each database connection, and what reading pages leaves in the allocator, are not held by stalled readers:
  // the same number of clients that read their pages leaves them too.
  const allReaders = Array.from({ length: readers }, (_, reader) => userId(reader % users));
  for (let warmUp = 0; warmUp < 5; warmUp++) await Promise.all(allReaders.map((user) => sendRequest(port, list(user))));
  await sleep(1000);
  const page = (await sendRequest(port, list(userId(0)))).body.length;
  await sleep(2000);
  const before = residentMemory(server.pid).current;
  console.log(`${readers} readers of ${users} users, page of ${page} bytes, ${before.toFixed(1)} MB resident before`);

  const sockets = Array.from({ length: readers }, (_, reader) => {
    const user = userId(reader % users);
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(`GET /api/${user}/tasks?limit=200 HTTP/1.1\r\nHost: todo.test\r\nAuthorization: Bearer ${accessToken(user)}\r\n\r\n`);
    });
    socket.pause();
    socket.on("error", () => {});
    return socket;
  });
  const start = Date.now();
  let peak = 0;
  let gone;
  const due = [...REPORT_SECONDS];
  while (Date.now() - start < MAX_SECONDS * 1000 && (due.length > 0 || gone === undefined)) {
    await sleep(100);
    const seconds = (Date.now() - start) / 1000;
    const held = residentMemory(server.pid).current - before;
    const connections = openConnections(port);
    peak = Math.max(peak, held);
    if (connections === 0 && seconds > 1 && gone === undefined) gone = seconds;
    if (seconds >= due[0]) console.log(`after ${String(due.shift()).padStart(3)} s: ${connections} connections, ${held.toFixed(1)} MB held`);
    if (gone !== undefined && seconds > gone + 2) break;
  }
  const held = residentMemory(server.pid).current - before;
  console.log(`peak ${peak.toFixed(1)} MB held; ${gone ? `all gone after ${gone.toFixed(1)} s` : `not gone after ${MAX_SECONDS} s`}; ${held.toFixed(1)} MB held afterwards`);
  for (const socket of sockets) socket.destroy();
  server.kill("SIGTERM");
  await once(server, "exit");
}

/** The server's ends of established connections. */
function openConnections(port) {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const lines = readFileSync("/proc/net/tcp", "utf8").trim().split("\n").slice(1);
  return lines.map((text) => text.trim().split(/\s+/)).filter((columns) => columns[1].endsWith(local) && columns[3] === ESTABLISHED).length;
}

main().catch((error) => {
  console.error(error instanceof UserError ? `slow-readers: ${error.message}` : error);
  process.exit(1);
});
