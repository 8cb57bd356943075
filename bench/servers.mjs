import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, truncateSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { firstAnswer } from "./http.mjs";
import { CASES } from "./scenarios.mjs";
import { Problem } from "./user-error.mjs";
import { AUDIENCE, ISSUER, SECRET } from "./tokens.mjs";

export const SERVER_CORE = 0;
export const LOAD_CORE = 1;
const PATIENCE = 20_000;

const ALL = Object.keys(CASES);

const product = (log) => ({
  program: "target/release/todo-server",
  args: ["serve"],
  environment: ({ url, pool }) => ({
    BETTER_AUTH_SECRET: SECRET,
    TODO__AUTH__ISSUER: ISSUER,
    TODO__AUTH__AUDIENCE: AUDIENCE,
    DATABASE_URL: url,
    TODO__DATABASE__MAX_CONNECTIONS: String(pool),
    TODO__LOG__FORMAT: "json",
    RUST_LOG: log,
  }),
});

const peer = (command) => ({
  ...command,
  environment: ({ url, pool }) => ({ SECRET, ISSUER, AUDIENCE, DATABASE_URL: url, POOL: String(pool) }),
});

const python = (application) =>
  peer({
    program: "bench/.venv/bin/uvicorn",
    // One process, its fastest loop and parser, no line for each request.
    args: [application, "--loop=uvloop", "--http=httptools", "--no-access-log", "--log-level=warning"],
    isPython: true,
  });

/**
 * What is measured, and in which cases. Each gets one worker: Rust's runtimes start one for each core that they may run on,
 * and that is one.
 */
export const SERVERS = {
  ours: { title: "todo-server", cases: ALL, ...product("warn") },
  logging: { title: "todo-server, access log on", cases: ["forged", "get", "list20", "create"], ...product("info") },
  bare: {
    title: "bare actix-web",
    cases: ["forged", "stranger", "get"],
    ...peer({ program: "target/bench-baselines/release/actix-baseline", args: [] }),
  },
  axum: {
    title: "axum + jsonwebtoken + sqlx",
    cases: ALL,
    ...peer({ program: "target/bench-baselines/release/axum-baseline", args: [] }),
  },
  fastapi: { title: "FastAPI + PyJWT + asyncpg", cases: ALL, ...python("with_asyncpg:app") },
  sqlalchemy: {
    title: "FastAPI + PyJWT + SQLAlchemy",
    cases: ["get", "list20", "list50", "create"],
    ...python("with_sqlalchemy:app"),
  },
};

/** A server that runs. */
export class Running {
  constructor(name, child, port, log) {
    Object.assign(this, { name, child, port, log });
  }

  get pid() {
    return this.child.pid;
  }

  /** A line for each request soon fills a disk. */
  emptyLog() {
    truncateSync(this.log);
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGTERM");
    const late = wait(PATIENCE, "late", { ref: false });
    if ((await Promise.race([ended, late])) === "late") this.child.kill("SIGKILL");
  }
}

/** Starts one on a core of its own, and waits until it gives this request its first 200. Says how long that took, in ms. */
export async function start(name, { root, directory, url, pool, request }) {
  const { program, args, environment, isPython } = SERVERS[name];
  const port = await freePort();
  const log = join(directory, `${name}.log`);
  const python = isPython ? ["--app-dir", join(root, "bench/baselines/fastapi"), "--port", String(port)] : [];
  const out = openSync(log, "a");
  const begun = performance.now();
  const child = spawn("taskset", ["--cpu-list", String(SERVER_CORE), join(root, program), ...args, ...python], {
    // Where no todo.toml lies about.
    cwd: directory,
    env: { PATH: process.env.PATH, HOST: "127.0.0.1", PORT: String(port), ...environment({ url, pool }) },
    // To a file, as a service's log goes: a pipe would have to be read, on the core of the load.
    stdio: ["ignore", out, out],
  });
  closeSync(out);
  STARTED.add(child);
  child.once("exit", () => STARTED.delete(child));
  const isPatient = () => child.exitCode === null && performance.now() - begun < PATIENCE;
  try {
    const status = await firstAnswer(port, request, isPatient);
    if (status !== 200) throw new Problem(`status ${status}`);
  } catch (error) {
    child.kill("SIGKILL");
    throw new Problem(`${name} did not start: ${error.message}\n${readFileSync(log, "utf8").slice(-2000)}`);
  }
  return { running: new Running(name, child, port, log), milliseconds: performance.now() - begun };
}

/** None outlives the benchmark, however that ends. */
const STARTED = new Set();
process.once("exit", () => {
  for (const child of STARTED) child.kill("SIGKILL");
});

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
