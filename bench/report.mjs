import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SCENARIOS } from "./scenarios.mjs";
import { INSTANCES, instanceName } from "./servers.mjs";
import { median, ratioStatistics } from "./statistics.mjs";
import { evaluateThresholds } from "./thresholds.mjs";

const titlesOf = (definitions) => Object.fromEntries(Object.entries(definitions).map(([name, { title }]) => [name, title]));
const TITLES = { scenarios: titlesOf(SCENARIOS), servers: titlesOf(INSTANCES) };

/** Prints the tables. A complete run also writes them as Markdown, and every measured value as JSON. */
export function report(run) {
  const thresholds = evaluateThresholds(run, TITLES);
  const text = toMarkdown(run, thresholds);
  console.log(text);
  if (!run.options.isWriting) return;
  const results = join(run.root, "bench/results");
  mkdirSync(results, { recursive: true });
  const { rounds, memory, machine, halfLoad, memoryUnderLoad, startupTime, options } = run;
  const { isBuilding, isFullLoadOnly, isWriting, ...settings } = options;
  const json = { machine, settings, thresholds, rounds, memory, halfLoad, memoryUnderLoad, startupTime };
  writeFileSync(join(results, "latest.md"), text);
  writeFileSync(join(results, "latest.json"), `${JSON.stringify(json, roundNumber, 1)}\n`);
}

/** Five significant digits. */
const roundNumber = (_, value) =>
  typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;

function toMarkdown(run, thresholds) {
  const sections = [
    "# Benchmark results\n",
    `${introduction(run)}\n`,
    "## Thresholds\n",
    table(
      ["threshold", "maximum", "measured", ""],
      thresholds.map(({ title, max, measured, result }) => [title, max, measured, result]),
    ),
    ...run.options.scenarios.map((scenario) => scenarioTable(run, scenario)),
    twoWorkersTable(run),
    halfLoadTable(run),
    memoryTable(run),
    startupTable(run),
  ];
  return `${sections.filter(Boolean).join("\n")}\n`;
}

function introduction({ machine, options }) {
  const { processor, cores, memory, kernel, rustc, postgresql, fsync, wrk, python, commit, binarySize, crates, packages } = machine;
  return [
    `Commit ${commit}, binary ${binarySize.toFixed(1)} MB. ${processor}, ${cores} cores, ${memory}, Linux ${kernel}; ${rustc};`,
    `PostgreSQL ${postgresql} (fsync ${fsync}); wrk ${wrk}${python && `; ${python}`}. ${options.rounds} rounds of ${options.seconds} s with`,
    `${options.connections} connections, pools of ${options.pool}. Baselines: ${crates.join(", ")}; ${packages.join(", ")}.`,
    "",
    "Values are medians over the rounds. CPU is CPU time divided by responses, of the whole server process and of all PostgreSQL",
    "processes. Ratios are CPU time ratios with the minimum and maximum of single rounds.",
  ].join("\n");
}

const resultsOf = ({ rounds }, server, scenario) =>
  rounds.filter((result) => result.server === server && result.scenario === scenario);

const medianOf = (results, value) => median(results.map(value));
const cpuOf = ({ cpu }) => cpu;

function scenarioTable(run, scenario) {
  const product = resultsOf(run, "todo-server", scenario);
  const rows = run.instances
    .filter((server) => INSTANCES[server].workers === 1)
    .map((server) => [server, resultsOf(run, server, scenario)])
    .filter(([, results]) => results.length > 0);
  if (rows.length === 0) return "";
  const head = ["server", "requests/s", "p50", "p99", "CPU µs", "PostgreSQL µs", "sum µs", "todo-server / this server"];
  const toRow = ([server, results]) => [
    TITLES.servers[server],
    medianOf(results, ({ perSecond }) => perSecond).toFixed(0),
    formatMilliseconds(medianOf(results, ({ p50 }) => p50)),
    formatMilliseconds(medianOf(results, ({ p99 }) => p99)),
    medianOf(results, cpuOf).toFixed(1),
    medianOf(results, ({ databaseCpu }) => databaseCpu).toFixed(1),
    medianOf(results, ({ cpu, databaseCpu }) => cpu + databaseCpu).toFixed(1),
    server === "todo-server" || product.length === 0 ? "" : formatRatio(product, results),
  ];
  return `\n## ${capitalize(SCENARIOS[scenario].title)}\n\n${table(head, rows.map(toRow))}`;
}

function twoWorkersTable(run) {
  const servers = run.instances.filter((server) => INSTANCES[server].workers === 2).map((server) => INSTANCES[server].server);
  const rows = run.options.scenarios.flatMap((scenario) =>
    servers.flatMap((server) => {
      const one = resultsOf(run, server, scenario);
      const two = resultsOf(run, instanceName(server, 2), scenario);
      if (two.length === 0) return [];
      return [
        [
          SCENARIOS[scenario].title,
          TITLES.servers[server],
          medianOf(two, ({ perSecond }) => perSecond).toFixed(0),
          medianOf(two, ({ databaseCpu }) => databaseCpu).toFixed(1),
          medianOf(two, cpuOf).toFixed(1),
          one.length ? medianOf(one, cpuOf).toFixed(1) : "",
          one.length ? formatRatio(two, one) : "",
        ],
      ];
    }),
  );
  if (rows.length === 0) return "";
  const head = ["scenario", "server", "requests/s", "PostgreSQL µs", "CPU µs", "CPU µs, 1 worker", "2 workers / 1 worker"];
  const text = "The server, PostgreSQL and the load generator share both cores.";
  return `\n## Two workers\n\n${text}\n\n${table(head, rows)}`;
}

function formatRatio(numerators, denominators) {
  const { median: middle, min, max } = ratioStatistics(numerators.map(cpuOf), denominators.map(cpuOf));
  const digits = middle < 0.2 ? 3 : 2;
  return `${middle.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

function halfLoadTable({ halfLoad = [] }) {
  if (halfLoad.length === 0) return "";
  const groups = groupBy(halfLoad, ({ scenario, server, capacityOf }) => `${scenario} ${server} ${capacityOf}`);
  const rows = [...groups.values()].map((results) => [
    SCENARIOS[results[0].scenario].title,
    TITLES.servers[results[0].server],
    results[0].rate.toFixed(0),
    formatMilliseconds(medianOf(results, ({ p50 }) => p50)),
    formatMilliseconds(medianOf(results, ({ p99 }) => p99)),
  ]);
  const text =
    "A constant rate: half of the rate that each server reached at full load, and for the product also half of axum's. " +
    "Latency counts from when a request is due.";
  return `\n## Half load\n\n${text}\n\n${table(["scenario", "server", "requests/s", "p50", "p99"], rows)}`;
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function memoryTable({ memory, memoryUnderLoad, instances }) {
  const rows = instances.map((server) => [
    TITLES.servers[server],
    memory[server].idle.toFixed(1),
    memory[server].loaded.toFixed(1),
    server === "todo-server" && memoryUnderLoad ? memoryUnderLoad.peak.toFixed(1) : "",
  ]);
  const head = memoryUnderLoad ? `peak, ${memoryUnderLoad.connections} connections` : "";
  return `\n## Memory, MB\n\n${table(["server", "idle", "after full load", head], rows)}`;
}

function startupTable({ startupTime = [] }) {
  if (startupTime.length === 0) return "";
  const rows = startupTime.map(({ server, database, milliseconds }) => [
    TITLES.servers[server],
    database,
    milliseconds.toFixed(1),
  ]);
  return `\n## Start to the first 200, ms\n\n${table(["server", "database", "median"], rows)}`;
}

const capitalize = (text) => text[0].toUpperCase() + text.slice(1);
const formatMilliseconds = (microseconds) => `${(microseconds / 1000).toFixed(2)} ms`;

function table(head, rows) {
  const toLine = (cells) => `| ${cells.join(" | ")} |`;
  const isNumeric = (column) => rows.length > 0 && rows.every((row) => /^[\d.]/.test(row[column]) || row[column] === "");
  const rule = head.map((_, column) => (isNumeric(column) ? "--:" : "---"));
  return [toLine(head), toLine(rule), ...rows.map(toLine), ""].join("\n");
}
