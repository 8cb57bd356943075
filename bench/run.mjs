// Measures the product beside its baselines. `make bench` runs it; README.md in this directory describes the method.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, requireTools } from "./build.mjs";
import { parentOf, residentMemory } from "./cpu.mjs";
import { Database } from "./database.mjs";
import { halfLoad, memoryUnderLoad, startupTime } from "./latency.mjs";
import { runFullLoad } from "./load.mjs";
import { describeMachine } from "./machine.mjs";
import { parseOptions } from "./options.mjs";
import { report } from "./report.mjs";
import { createRequests, SCENARIOS } from "./scenarios.mjs";
import { INSTANCES, LOAD_CORES, SERVERS, startServer } from "./servers.mjs";
import { AUDIENCE, ISSUER, SECRET } from "./tokens.mjs";
import { UserError } from "./user-error.mjs";
import { verifyResponses } from "./verify-responses.mjs";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const WARM_UP_SECONDS = 1;
const IS_PINNED = "BENCH_IS_PINNED";

async function main() {
  const all = { servers: Object.keys(SERVERS), scenarios: Object.keys(SCENARIOS) };
  const options = parseOptions(process.argv.slice(2), process.env, all);
  if (!process.env[IS_PINNED]) {
    requireTools();
    const isPythonNeeded = options.servers.some((name) => SERVERS[name].isPython);
    if (options.isBuilding) build(root, isPythonNeeded);
    return rerunPinned();
  }
  process.once("SIGINT", () => process.exit(130));
  const directory = mkdtempSync(join(tmpdir(), "todo-bench."));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));

  const instances = Object.keys(INSTANCES).filter(
    (name) => options.servers.includes(INSTANCES[name].server) && options.workers.includes(INSTANCES[name].workers),
  );
  const database = new Database(process.env.TEST_DATABASE_URL);
  database.create(migrate);
  requireConnections(database, instances, options);
  const postmaster = parentOf(database.childProcess());
  const bench = { root, directory, database, options, instances, postmaster, files: {}, running: new Map() };
  const requests = createRequests([...new Set([...options.scenarios, "get", "list20", "mix"])]);
  for (const [scenario, lines] of Object.entries(requests)) {
    bench.files[scenario] = join(directory, `${scenario}.tsv`);
    writeFileSync(bench.files[scenario], `${lines.join("\n")}\n`);
  }
  bench.request = requests.get[0];

  const memory = {};
  for (const name of instances) {
    const { running } = await startServer(name, { ...bench, url: database.url, pool: options.pool });
    bench.running.set(name, running);
    memory[name] = { idle: residentMemory(running.pid).current };
  }
  await verifyResponses(bench, requests);
  const rounds = await runRounds(bench);
  for (const [name, running] of bench.running) memory[name].loaded = residentMemory(running.pid).current;

  const results = { root, options, instances, rounds, memory, machine: describeMachine(root, database) };
  if (!options.isFullLoadOnly) {
    results.halfLoad = await halfLoad(bench, rounds);
    results.memoryUnderLoad = await memoryUnderLoad(bench);
    results.startupTime = await startupTime(bench, migrate);
  }
  await Promise.all([...bench.running.values()].map((running) => running.stop()));
  report(results);
}

/** In each round and scenario each server has one turn. The order of the servers rotates by one in each round. */
async function runRounds({ options, instances, database, running, files, postmaster }) {
  const results = [];
  // Round 0 warms up connections, prepared statements and caches.
  for (let round = 0; round <= options.rounds; round++) {
    for (const scenario of options.scenarios) {
      for (const server of rotate(instances, round)) {
        if (!INSTANCES[server].scenarios.includes(scenario)) continue;
        if (SCENARIOS[scenario].isWriting) database.reset();
        const result = await runFullLoad({
          running: running.get(server),
          scenario,
          file: files[scenario],
          seconds: round === 0 ? WARM_UP_SECONDS : options.seconds,
          connections: options.connections,
          postmaster,
          root,
        });
        running.get(server).truncateLog();
        if (round > 0) results.push({ round, scenario, server, ...result });
      }
    }
    console.error(round === 0 ? "warmed up" : `round ${round} of ${options.rounds}`);
  }
  return results;
}

function rotate(items, by) {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

/** All servers run at the same time, each with its own pool. The startup measurement starts one more. */
function requireConnections(database, instances, { pool }) {
  const required = (instances.length + 1) * pool;
  const maxConnections = Number(database.setting("max_connections"));
  if (maxConnections < required) {
    throw new UserError(`PostgreSQL allows ${maxConnections} connections: set max_connections to ${required} or more, or --pool`);
  }
}

function migrate(url) {
  const env = { PATH: process.env.PATH, BETTER_AUTH_SECRET: SECRET, TODO__AUTH__ISSUER: ISSUER, TODO__AUTH__AUDIENCE: AUDIENCE };
  const program = join(root, SERVERS["todo-server"].program);
  const { status, stderr } = spawnSync(program, ["migrate"], { env: { ...env, DATABASE_URL: url }, encoding: "utf8" });
  if (status !== 0) throw new UserError(`the migrations failed: ${stderr}`);
}

/** Runs this program again on the core of the load generator, with a temporary PostgreSQL unless TEST_DATABASE_URL is set. */
function rerunPinned() {
  const command = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const args = ["--cpu-list", LOAD_CORES[1], join(root, "scripts/with-postgres"), "run", ...command];
  const { status } = spawnSync("taskset", args, { stdio: "inherit", env: { ...process.env, [IS_PINNED]: "yes" } });
  process.exitCode = status ?? 1;
}

main().catch((error) => {
  console.error(error instanceof UserError ? `bench: ${error.message}` : error);
  process.exit(1);
});
