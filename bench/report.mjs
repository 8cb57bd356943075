import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bars } from "./thresholds.mjs";
import { CASES } from "./scenarios.mjs";
import { SERVERS } from "./servers.mjs";
import { median, ratio } from "./statistics.mjs";

const titlesOf = (things) => Object.fromEntries(Object.entries(things).map(([name, { title }]) => [name, title]));
const TITLES = { cases: titlesOf(CASES), servers: titlesOf(SERVERS) };

/** Prints the tables; keeps them as Markdown and all that was measured as JSON when this was a whole run. */
export function report(run) {
  const judged = bars(run, TITLES);
  const text = markdown(run, judged);
  console.log(text);
  if (!run.options.isWriting) return;
  const results = join(run.root, "bench/results");
  mkdirSync(results, { recursive: true });
  const { rounds, memory, machine, half, connections, starts, options } = run;
  const { isBuilding, hasExtras, isWriting, ...settings } = options;
  const everything = { machine, settings, bars: judged, rounds, memory, half, connections, starts };
  writeFileSync(join(results, "latest.md"), text);
  writeFileSync(join(results, "latest.json"), `${JSON.stringify(everything, rounded, 1)}\n`);
}

/** Digits that mean nothing would change in every run. */
const rounded = (_, value) => (typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value);

function markdown(run, judged) {
  const parts = [
    "# Measured\n",
    `${intro(run)}\n`,
    "## Bars\n",
    table(
      ["bar", "limit", "measured", ""],
      judged.map(({ what, bar, measured, verdict }) => [what, bar, measured, verdict]),
    ),
    ...run.options.cases.map((name) => caseTable(run, name)),
    halfTable(run),
    memoryTable(run),
    startTable(run),
  ];
  return `${parts.filter(Boolean).join("\n")}\n`;
}

function intro({ machine, options }) {
  const { processor, cores, memory, kernel, rustc, postgresql, fsync, wrk, python, commit, binary, crates, packages } = machine;
  return [
    `Commit ${commit}, binary ${binary.toFixed(1)} MB. ${processor}, ${cores} cores, ${memory}, Linux ${kernel}; ${rustc}; PostgreSQL ${postgresql}`,
    `(fsync ${fsync}); wrk ${wrk}; ${python}. ${options.rounds} rounds of ${options.seconds} s with ${options.connections} connections,`,
    `pools of ${options.pool}. Peers: ${crates.join(", ")}; ${packages.join(", ")}.`,
    "",
    "Medians over the rounds. CPU is time on a core divided by answers: the whole server process, and all of PostgreSQL's. The ratio is",
    "todo-server's CPU to that server's, with the least and the most of a single round.",
  ].join("\n");
}

function caseTable({ rounds, options }, name) {
  const of = (server) => rounds.filter((one) => one.server === server && one.case === name);
  const ours = of("ours");
  const rows = options.servers.map((server) => [server, of(server)]).filter(([, measured]) => measured.length);
  if (rows.length === 0) return "";
  const head = ["server", "requests/s", "p50", "p99", "CPU µs", "PostgreSQL µs", "sum µs", "todo-server's CPU to it"];
  const middle = (measured, value) => median(measured.map(value));
  const row = ([server, measured]) => [
    TITLES.servers[server],
    middle(measured, ({ perSecond }) => perSecond).toFixed(0),
    milliseconds(middle(measured, ({ p50 }) => p50)),
    milliseconds(middle(measured, ({ p99 }) => p99)),
    middle(measured, ({ cpu }) => cpu).toFixed(1),
    middle(measured, ({ databaseCpu }) => databaseCpu).toFixed(1),
    middle(measured, ({ cpu, databaseCpu }) => cpu + databaseCpu).toFixed(1),
    server === "ours" || ours.length === 0 ? "" : beside(ours, measured),
  ];
  return `\n## ${CASES[name].title[0].toUpperCase()}${CASES[name].title.slice(1)}\n\n${table(head, rows.map(row))}`;
}

function beside(ours, theirs) {
  const cpu = (measured) => measured.map((one) => one.cpu);
  const { median: middle, least, most } = ratio(cpu(ours), cpu(theirs));
  const digits = middle < 0.2 ? 3 : 2;
  return `${middle.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}

function halfTable({ half = [] }) {
  if (half.length === 0) return "";
  const groups = grouped(half, (one) => `${one.case} ${one.server} ${one.of}`);
  const rows = [...groups.values()].map((measured) => [
    CASES[measured[0].case].title,
    TITLES.servers[measured[0].server],
    measured[0].rate.toFixed(0),
    milliseconds(median(measured.map(({ p50 }) => p50))),
    milliseconds(median(measured.map(({ p99 }) => p99))),
  ]);
  return `\n## At half load\n\nEach at half of what it managed a second above, and the product also at half of axum's, at an even pace; latency from when a request was due.\n\n${table(
    ["case", "server", "requests/s", "p50", "p99"],
    rows,
  )}`;
}

function grouped(list, key) {
  const groups = new Map();
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}

function memoryTable({ memory, connections, options }) {
  const rows = options.servers.map((server) => [
    TITLES.servers[server],
    memory[server].rest.toFixed(1),
    memory[server].loaded.toFixed(1),
    server === "ours" && connections ? connections.peak.toFixed(1) : "",
  ]);
  const many = connections ? `most with ${connections.connections} connections` : "";
  return `\n## Memory, MB\n\n${table(["server", "at rest", "after the load", many], rows)}`;
}

function startTable({ starts = [] }) {
  if (starts.length === 0) return "";
  const rows = starts.map(({ server, database, milliseconds: took }) => [TITLES.servers[server], database, took.toFixed(1)]);
  return `\n## Start to the first 200, ms\n\n${table(["server", "database", "median"], rows)}`;
}

const milliseconds = (micros) => `${(micros / 1000).toFixed(2)} ms`;

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const isNumber = (column) => rows.length > 0 && rows.every((row) => /^[\d.]/.test(row[column]) || row[column] === "");
  const rule = head.map((_, column) => (isNumber(column) ? "--:" : "---"));
  return [line(head), line(rule), ...rows.map(line), ""].join("\n");
}
