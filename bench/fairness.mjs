// Measures how much one user's flood of requests slows down other users. README.md in this directory describes the method.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { findFreePort } from "./free-port.mjs";
import { waitForResponse } from "./http.mjs";
import { median, ratioStatistics } from "./statistics.mjs";
import { AUDIENCE, accessToken, ISSUER, SECRET, userId } from "./tokens.mjs";
import { UserError } from "./user-error.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Users that send a request each 100 ms: as many as the default limit of 600 a minute allows for any length of time. */
const CALM_USERS = 10;
const CALM_INTERVAL_MS = 100 / CALM_USERS;
const CALM_TASKS = 20;
/** A list of these is 4 MB where pages do not end earlier. */
const LARGE_TASKS = 200;
const LARGE_DESCRIPTION = "😀".repeat(5000);
const MAX_RATIO = 2;

/** What the flooding user sends. */
const FLOODS = {
  writes: (user) => line("POST", user, "", JSON.stringify({ title: "flood", description: "x".repeat(1000) })),
  "large reads": (user) => line("GET", user, "?limit=200"),
};

/** What the calm users send; their latency is measured. */
const CALM_REQUESTS = {
  list: (user) => line("GET", user, "?limit=20"),
  create: (user) => line("POST", user, "", JSON.stringify({ title: "calm" })),
};

async function main() {
  const { values: options } = parseArgs({
    options: {
      server: { type: "string", default: join(root, "target/release/todo-server") },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "5" },
      connections: { type: "string", default: "32" },
      env: { type: "string", multiple: true, default: [] },
    },
  });
  const [rounds, seconds, connections] = ["rounds", "seconds", "connections"].map((name) => parseCount(options[name], name));
  const settings = Object.fromEntries(options.env.map((entry) => entry.split(/=(.*)/s, 2)));
  const directory = mkdtempSync(join(tmpdir(), "todo-fairness."));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));

  const calmUsers = Array.from({ length: CALM_USERS }, (_, number) => userId(number));
  const floodingUser = (round) => userId(CALM_USERS + round);
  await withServer(options.server, directory, settings, async (port) => {
    for (const user of calmUsers) await createTasks(port, user, CALM_TASKS, "");
    for (let round = 0; round < rounds; round++) await createTasks(port, floodingUser(round), LARGE_TASKS, LARGE_DESCRIPTION);
  });

  console.log(`Calm users beside one flooding user on ${connections} connections, median of ${rounds} rounds of ${seconds} s\n`);
  console.log("| flood | calm request | alone | beside | ratio (min–max) | 99th percentile beside | flood's answers a second |");
  console.log("|---|---|--:|--:|--:|--:|--:|");
  for (const [flood, createFlood] of Object.entries(FLOODS)) {
    for (const [calm, createCalm] of Object.entries(CALM_REQUESTS)) {
      // A process of its own, so that every user starts with the whole limit.
      await withServer(options.server, directory, settings, async (port) => {
        const requests = calmUsers.map(createCalm);
        const results = [];
        for (let round = 0; round < rounds; round++) {
          const alone = await measure(port, requests, seconds);
          const file = join(directory, "flood.tsv");
          writeFileSync(file, `${createFlood(floodingUser(round))}\n`);
          const flooding = runFlood(port, file, connections, seconds);
          const beside = await measure(port, requests, seconds);
          results.push({ alone: median(alone), beside: median(beside), p99: percentile(beside, 99), rate: await flooding });
        }
        printRow(flood, calm, results);
      });
    }
  }
}

function printRow(flood, calm, results) {
  const column = (name) => results.map((result) => result[name]);
  const ratio = ratioStatistics(column("beside"), column("alone"));
  const cells = [
    `${median(column("alone")).toFixed(2)} ms`,
    `${median(column("beside")).toFixed(2)} ms`,
    `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)})${ratio.median < MAX_RATIO ? "" : ` not below ${MAX_RATIO}`}`,
    `${median(column("p99")).toFixed(2)} ms`,
    Math.round(median(column("rate"))),
  ];
  console.log(`| ${flood} | ${calm} | ${cells.join(" | ")} |`);
}

/** The latencies in ms of requests of the calm users in turn. A late answer delays the next request and is not made up for. */
async function measure(port, requests, seconds) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const latencies = [];
  const end = performance.now() + seconds * 1000;
  for (let index = 0; performance.now() < end; index++) {
    const start = performance.now();
    const status = await send(port, agent, requests[index % requests.length]);
    latencies.push(performance.now() - start);
    if (status >= 300) throw new UserError(`a calm user's request was answered with ${status}`);
    await sleep(Math.max(0, start + CALM_INTERVAL_MS - performance.now()));
  }
  agent.destroy();
  return latencies;
}

/** Answers a second, of any status: beyond the limit the answers are 429. */
async function runFlood(port, file, connections, seconds) {
  const script = join(root, "bench/requests.lua");
  const args = ["--threads=1", `--connections=${connections}`, `--duration=${seconds}s`, `--script=${script}`];
  const output = await new Promise((done, failed) => {
    execFile("wrk", [...args, `http://127.0.0.1:${port}`, file], (error, stdout) => (error ? failed(error) : done(stdout)));
  });
  const { requests, microseconds } = JSON.parse(output.trim().split("\n").pop());
  return (requests / microseconds) * 1e6;
}

async function createTasks(port, user, count, description) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let number = 0; number < count; number++) {
    const body = JSON.stringify({ title: `task ${number}`, description });
    const status = await send(port, agent, line("POST", user, "", body));
    if (status !== 201) throw new UserError(`a task was not created: status ${status}`);
  }
  agent.destroy();
}

async function withServer(program, directory, settings, action) {
  const port = await findFreePort();
  const environment = {
    PATH: process.env.PATH,
    PORT: String(port),
    BETTER_AUTH_SECRET: SECRET,
    TODO__AUTH__ISSUER: ISSUER,
    TODO__AUTH__AUDIENCE: AUDIENCE,
    DATABASE_URL: `sqlite://${directory}/todo.db?mode=rwc`,
    RUST_LOG: "warn",
    ...settings,
  };
  const stdio = ["ignore", "ignore", "inherit"];
  const server = spawn(resolve(program), ["serve"], { cwd: directory, env: environment, stdio });
  const kill = () => server.kill("SIGKILL");
  process.once("exit", kill);
  try {
    await waitForResponse(port, `GET\t/livez\t\t`, () => server.exitCode === null);
    await action(port);
  } finally {
    process.off("exit", kill);
    const exited = server.exitCode === null && once(server, "exit");
    server.kill("SIGTERM");
    await exited;
  }
}

function send(port, agent, requestLine) {
  const [method, path, token, body] = requestLine.split("\t");
  const headers = { Authorization: `Bearer ${token}` };
  if (body) Object.assign(headers, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) });
  return new Promise((done, failed) => {
    const request = httpRequest({ host: "127.0.0.1", port, method, path, headers, agent }, (response) => {
      response.resume();
      response.on("end", () => done(response.statusCode));
      response.on("error", failed);
    });
    request.on("error", failed);
    request.end(body);
  });
}

function line(method, user, query, body = "") {
  return [method, `/api/${user}/tasks${query}`, accessToken(user), body].join("\t");
}

function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))];
}

function parseCount(text, name) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new UserError(`--${name} must be a whole number, 1 or more`);
  return number;
}

main().catch((error) => {
  console.error(error instanceof UserError ? `fairness: ${error.message}` : error);
  process.exit(1);
});
