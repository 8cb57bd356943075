import { join } from "node:path";
import { residentMemory } from "./cpu.mjs";
import { runConstantRate, runFullLoad } from "./load.mjs";
import { startServer } from "./servers.mjs";
import { median } from "./statistics.mjs";

const HALF_LOAD_SCENARIOS = ["get", "list20", "mix"];
/** The measured server, and the server whose capacity determines the rate. */
const HALF_LOAD_SERVERS = [
  ["todo-server", "todo-server"],
  ["todo-server", "axum"],
  ["axum", "axum"],
  ["fastapi-asyncpg", "fastapi-asyncpg"],
];
const HALF_LOAD_ROUNDS = 3;
const HALF_LOAD_SECONDS = 3;
const MANY_CONNECTIONS = 256;
const STARTS = { "todo-server": 20, axum: 5, "fastapi-asyncpg": 3, "fastapi-sqlalchemy": 3 };

/** Latency at half of the rate that each server reached at full load; the product also at half of axum's. */
export async function halfLoad({ running, database, files, options, postmaster, root }, rounds) {
  const results = [];
  for (let round = 1; round <= HALF_LOAD_ROUNDS; round++) {
    for (const scenario of HALF_LOAD_SCENARIOS) {
      for (const [server, capacityOf] of HALF_LOAD_SERVERS) {
        const full = rounds.filter((result) => result.server === capacityOf && result.scenario === scenario);
        if (full.length === 0 || !running.has(server)) continue;
        if (scenario === "mix") database.reset();
        const rate = median(full.map(({ perSecond }) => perSecond)) / 2;
        const result = await runConstantRate({
          running: running.get(server),
          file: files[scenario],
          rate,
          seconds: HALF_LOAD_SECONDS,
          connections: options.connections,
          postmaster,
          root,
        });
        results.push({ round, scenario, server, capacityOf, rate, ...result });
      }
    }
  }
  return results;
}

/** Peak memory of the product under the mix on many connections. */
export async function memoryUnderLoad({ running, files, options, postmaster, root, database }) {
  const server = running.get("todo-server");
  if (!server) return undefined;
  database.reset();
  const { perSecond, p99 } = await runFullLoad({
    running: server,
    scenario: "mix",
    file: files.mix,
    seconds: options.seconds,
    connections: MANY_CONNECTIONS,
    postmaster,
    root,
  });
  return { connections: MANY_CONNECTIONS, perSecond, p99, peak: residentMemory(server.pid).peak };
}

/** Time from spawning a process to its first 200, to a request with a token that reads an existing database. */
export async function startupTime(bench, migrate) {
  const sqlite = `sqlite://${join(bench.directory, "start.db")}?mode=rwc`;
  migrate(sqlite);
  const results = [];
  for (const server of bench.instances.filter((name) => STARTS[name])) {
    // The list of tasks, because the SQLite database has no tasks.
    const request = bench.request.replace(/\/tasks\/\d+/, "/tasks");
    const measure = (url) => medianStart(server, { ...bench, url, pool: bench.options.pool, request });
    if (server === "todo-server") results.push({ server, database: "SQLite", milliseconds: await measure(sqlite) });
    results.push({ server, database: "PostgreSQL", milliseconds: await measure(bench.database.url) });
  }
  return results;
}

async function medianStart(server, options) {
  const times = [];
  for (let start = 0; start < STARTS[server]; start++) {
    const { running, milliseconds } = await startServer(server, options);
    times.push(milliseconds);
    await running.stop();
  }
  return median(times);
}
