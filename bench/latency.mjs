import { join } from "node:path";
import { memoryOf } from "./cpu.mjs";
import { load, paced } from "./load.mjs";
import { start } from "./servers.mjs";
import { median } from "./statistics.mjs";

const HALF_CASES = ["get", "list20", "mix"];
/** Who is driven, at half of whose capacity. */
const HALF_SERVERS = [
  ["ours", "ours"],
  ["ours", "axum"],
  ["axum", "axum"],
  ["fastapi", "fastapi"],
];
const HALF_ROUNDS = 3;
const HALF_SECONDS = 3;
const MANY = 256;
const STARTS = { ours: 20, axum: 5, fastapi: 3, sqlalchemy: 3 };

/** Each server at half of the requests that it managed a second at full load, and the product also at half of axum's. */
export async function half(bench, rounds) {
  const results = [];
  for (let round = 1; round <= HALF_ROUNDS; round++) {
    for (const name of HALF_CASES) {
      for (const [server, of] of HALF_SERVERS) {
        const full = rounds.filter((result) => result.server === of && result.case === name);
        if (full.length === 0 || !bench.running.has(server)) continue;
        if (name === "mix") bench.database.reset();
        const rate = median(full.map(({ perSecond }) => perSecond)) / 2;
        const { connections } = bench.options;
        const running = bench.running.get(server);
        const result = await paced({
          running,
          requests: bench.files[name],
          rate,
          seconds: HALF_SECONDS,
          connections,
          root: bench.root,
        });
        results.push({ round, case: name, server, of, rate, ...result });
      }
    }
  }
  return results;
}

/** The product's memory under as many connections as a small service ever sees. */
export async function manyConnections({ running, files, options, postmaster, root, database }) {
  const ours = running.get("ours");
  if (!ours) return undefined;
  database.reset();
  const { perSecond, p99 } = await load({
    running: ours,
    name: "mix",
    requests: files.mix,
    seconds: options.seconds,
    connections: MANY,
    postmaster,
    root,
  });
  return { connections: MANY, perSecond, p99, peak: memoryOf(ours.pid).peak };
}

/** From spawning the process to its first 200, on a database that exists; to a request that needs token and database. */
export async function coldStarts(bench, migrate) {
  const url = `sqlite://${join(bench.directory, "start.db")}?mode=rwc`;
  migrate(url);
  const starts = [];
  for (const server of bench.options.servers.filter((name) => STARTS[name])) {
    // The list of tasks, which may be empty, as the SQLite file's is.
    const request = bench.request.replace(/\/tasks\/\d+/, "/tasks");
    const time = (on) => medianStart(server, { ...bench, url: on, pool: bench.options.pool, request }, STARTS[server]);
    if (server === "ours") starts.push({ server, database: "SQLite", milliseconds: await time(url) });
    starts.push({ server, database: "PostgreSQL", milliseconds: await time(bench.database.url) });
  }
  return starts;
}

async function medianStart(server, bench, times) {
  const all = [];
  for (let time = 0; time < times; time++) {
    const { running, milliseconds } = await start(server, bench);
    all.push(milliseconds);
    await running.stop();
  }
  return median(all);
}
