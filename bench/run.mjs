// Measures the product beside its peers. `make bench` runs it; README.md beside this file says what it measures and how.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, insistOnTools } from "./build.mjs";
import { CASES, requestsOf } from "./scenarios.mjs";
import { checkAnswers } from "./verify-responses.mjs";
import { memoryOf, parentOf } from "./cpu.mjs";
import { Database } from "./database.mjs";
import { coldStarts, half, manyConnections } from "./latency.mjs";
import { load } from "./load.mjs";
import { machine } from "./machine.mjs";
import { optionsOf } from "./options.mjs";
import { Problem } from "./user-error.mjs";
import { report } from "./report.mjs";
import { LOAD_CORE, SERVERS, start } from "./servers.mjs";
import { AUDIENCE, ISSUER, SECRET } from "./tokens.mjs";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const WARM_UP = 1;
const PINNED = "BENCH_IS_PINNED";

async function main() {
  const options = optionsOf(process.argv.slice(2), process.env, { servers: Object.keys(SERVERS), cases: Object.keys(CASES) });
  if (!process.env[PINNED]) {
    insistOnTools();
    if (options.isBuilding) build(root, options.servers);
    return againPinned();
  }
  process.once("SIGINT", () => process.exit(130));
  const directory = mkdtempSync(join(tmpdir(), "todo-bench."));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));

  const database = new Database(process.env.TEST_DATABASE_URL);
  database.create((url) => migrate(url));
  const bench = { root, directory, database, options, postmaster: parentOf(database.process()), files: {}, running: new Map() };
  const requests = requestsOf([...new Set([...options.cases, "get", "list20", "mix"])]);
  for (const [name, lines] of Object.entries(requests)) {
    bench.files[name] = join(directory, `${name}.tsv`);
    writeFileSync(bench.files[name], `${lines.join("\n")}\n`);
  }
  bench.request = requests.get[0];

  const memory = {};
  for (const name of options.servers) {
    const { running } = await start(name, { ...bench, url: database.url, pool: options.pool });
    bench.running.set(name, running);
    memory[name] = { rest: memoryOf(running.pid).now };
  }
  await checkAnswers(bench, requests);
  const rounds = await allRounds(bench);
  for (const [name, running] of bench.running) memory[name].loaded = memoryOf(running.pid).now;

  const extras = options.hasExtras
    ? { half: await half(bench, rounds), connections: await manyConnections(bench), starts: await coldStarts(bench, migrate) }
    : {};
  await Promise.all([...bench.running.values()].map((running) => running.stop()));
  report({ root, options, rounds, memory, machine: machine(root, database), ...extras });
}

/** Each round takes each case, and in it one server after the other, beginning with another one each time. */
async function allRounds(bench) {
  const { options } = bench;
  const results = [];
  // Round 0 warms up: connections, prepared statements, caches.
  for (let round = 0; round <= options.rounds; round++) {
    for (const name of options.cases) {
      for (const server of rotated(options.servers, round)) {
        if (!SERVERS[server].cases.includes(name)) continue;
        if (CASES[name].isWriting) bench.database.reset();
        const seconds = round === 0 ? WARM_UP : options.seconds;
        const result = await load({
          running: bench.running.get(server),
          name,
          requests: bench.files[name],
          seconds,
          connections: options.connections,
          postmaster: bench.postmaster,
          root,
        });
        bench.running.get(server).emptyLog();
        if (round > 0) results.push({ round, case: name, server, ...result });
      }
    }
    console.error(round === 0 ? "warmed up" : `round ${round} of ${options.rounds}`);
  }
  return results;
}

function rotated(list, by) {
  const first = by % list.length;
  return [...list.slice(first), ...list.slice(0, first)];
}

function migrate(url) {
  const env = { PATH: process.env.PATH, BETTER_AUTH_SECRET: SECRET, TODO__AUTH__ISSUER: ISSUER, TODO__AUTH__AUDIENCE: AUDIENCE };
  const server = join(root, SERVERS.ours.program);
  const { status, stderr } = spawnSync(server, ["migrate"], { env: { ...env, DATABASE_URL: url }, encoding: "utf8" });
  if (status !== 0) throw new Problem(`the migrations failed: ${stderr}`);
}

/** Once more, on the core that the measured servers leave alone, with a PostgreSQL of its own unless one was given. */
function againPinned() {
  const self = [process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const command = ["--cpu-list", String(LOAD_CORE), join(root, "scripts/throwaway-postgres"), "run", ...self];
  const { status } = spawnSync("taskset", command, { stdio: "inherit", env: { ...process.env, [PINNED]: "yes" } });
  process.exitCode = status ?? 1;
}

main().catch((error) => {
  console.error(error instanceof Problem ? `bench: ${error.message}` : error);
  process.exit(1);
});
