import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, truncateSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findFreePort } from "./free-port.mjs";
import { waitForResponse } from "./http.mjs";
import { SCENARIOS } from "./scenarios.mjs";
import { AUDIENCE, ISSUER, SECRET } from "./tokens.mjs";
import { UserError } from "./user-error.mjs";

/** The cores that a server may run on, by its number of workers: each Rust runtime starts one worker for each of them. */
const SERVER_CORES = { 1: "0", 2: "0,1" };
/** The cores of PostgreSQL and the load generator, by the measured server's number of workers. */
export const LOAD_CORES = { 1: "1", 2: "0,1" };
const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 20_000;

const ALL_SCENARIOS = Object.keys(SCENARIOS);

/** The product with its default settings, except for what it requires, the log level, and no limit of requests. */
const product = (logLevel, program = "target/release/todo-server") => ({
  program,
  args: ["serve"],
  environment: ({ url, pool }) => ({
    BETTER_AUTH_SECRET: SECRET,
    TODO__AUTH__ISSUER: ISSUER,
    TODO__AUTH__AUDIENCE: AUDIENCE,
    DATABASE_URL: url,
    TODO__DATABASE__MAX_CONNECTIONS: String(pool),
    TODO__LIMITS__REQUESTS_PER_MINUTE: "0",
    RUST_LOG: logLevel,
  }),
});

const baseline = (command) => ({
  ...command,
  environment: ({ url, pool }) => ({ SECRET, ISSUER, AUDIENCE, DATABASE_URL: url, POOL: String(pool) }),
});

const python = (application) =>
  baseline({
    program: "bench/.venv/bin/uvicorn",
    // One process, the fastest event loop and parser, no access log.
    args: [application, "--loop=uvloop", "--http=httptools", "--no-access-log", "--log-level=warning"],
    isPython: true,
  });

/** The measured servers, the scenarios in which each is measured, and with how many workers (1 unless stated). */
export const SERVERS = {
  "todo-server": { title: "todo-server", scenarios: ALL_SCENARIOS, workers: [1, 2], ...product("warn") },
  ...(process.env.BENCH_SERVER_BIN && {
    "todo-server-other": {
      title: "todo-server, other binary",
      scenarios: ALL_SCENARIOS,
      workers: [1, 2],
      ...product("warn", resolve(process.env.BENCH_SERVER_BIN)),
    },
  }),
  "todo-server-logging": {
    title: "todo-server, access log on",
    scenarios: ["invalid-signature", "get", "list20", "create"],
    ...product("info"),
  },
  "actix-baseline": {
    title: "actix-web alone",
    scenarios: ["invalid-signature", "forbidden", "get"],
    workers: [1, 2],
    ...baseline({ program: "target/bench-baselines/release/actix-baseline", args: [] }),
  },
  axum: {
    title: "axum + jsonwebtoken + sqlx",
    scenarios: ALL_SCENARIOS,
    workers: [1, 2],
    ...baseline({ program: "target/bench-baselines/release/axum-baseline", args: [] }),
  },
  "fastapi-asyncpg": { title: "FastAPI + PyJWT + asyncpg", scenarios: ALL_SCENARIOS, ...python("with_asyncpg:app") },
  "fastapi-sqlalchemy": {
    title: "FastAPI + PyJWT + SQLAlchemy",
    scenarios: ["get", "list20", "list50", "create"],
    ...python("with_sqlalchemy:app"),
  },
};

/** The name of a server's process with this number of workers. */
export const instanceName = (server, workers) => (workers === 1 ? server : `${server}-${workers}-workers`);

/** One process for each server and number of workers. */
export const INSTANCES = Object.fromEntries(
  Object.entries(SERVERS).flatMap(([server, { workers = [1], title, ...definition }]) =>
    workers.map((count) => [
      instanceName(server, count),
      { ...definition, server, workers: count, title: count === 1 ? title : `${title}, ${count} workers` },
    ]),
  ),
);

/** A server process that is running. */
export class RunningServer {
  constructor(name, child, port, log) {
    Object.assign(this, { name, child, port, log });
  }

  get pid() {
    return this.child.pid;
  }

  /** Truncates the log file; the access log would otherwise fill the disk. */
  truncateLog() {
    truncateSync(this.log);
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, "exit");
    this.child.kill("SIGTERM");
    const timeout = sleep(STOP_TIMEOUT_MS, "timeout", { ref: false });
    if ((await Promise.race([exited, timeout])) === "timeout") this.child.kill("SIGKILL");
  }
}

/**
 * Sets the cores of the PostgreSQL processes that are started from now on. A server opens its connections during its own
 * turns, so setting this at the beginning of each turn places all processes that serve it.
 */
export function pinPostgres(postmaster, workers) {
  const { status } = spawnSync("taskset", ["--cpu-list", "--pid", LOAD_CORES[workers], String(postmaster)]);
  if (status === 0) return;
  throw new UserError("cannot set the cores of PostgreSQL: run as its user or as root, or unset TEST_DATABASE_URL");
}

/** Starts a server on its cores, waits for the first 200 to the given request, and returns the server and that time in ms. */
export async function startServer(name, { root, directory, url, pool, request, postmaster }) {
  const { program, args, environment, isPython, workers } = INSTANCES[name];
  pinPostgres(postmaster, workers);
  const port = await findFreePort();
  const log = join(directory, `${name}.log`);
  const pythonArgs = isPython ? ["--app-dir", join(root, "bench/baselines/fastapi"), "--port", String(port)] : [];
  const output = openSync(log, "a");
  const startedAt = performance.now();
  const child = spawn("taskset", ["--cpu-list", SERVER_CORES[workers], resolve(root, program), ...args, ...pythonArgs], {
    // A directory without a todo.toml.
    cwd: directory,
    env: { PATH: process.env.PATH, HOST: "127.0.0.1", PORT: String(port), ...environment({ url, pool }) },
    // A file, as in production. A pipe would have to be read, on the core of the load generator.
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  children.add(child);
  child.once("exit", () => children.delete(child));
  const shouldRetry = () => child.exitCode === null && performance.now() - startedAt < START_TIMEOUT_MS;
  try {
    const status = await waitForResponse(port, request, shouldRetry);
    if (status !== 200) throw new UserError(`status ${status}`);
  } catch (error) {
    child.kill("SIGKILL");
    throw new UserError(`${name} did not start: ${error.message}\n${readFileSync(log, "utf8").slice(-2000)}`);
  }
  return { running: new RunningServer(name, child, port, log), milliseconds: performance.now() - startedAt };
}

/** Child processes, killed when the benchmark exits for any reason. */
const children = new Set();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});
