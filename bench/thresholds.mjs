import { instanceName } from "./servers.mjs";
import { median, ratioStatistics } from "./statistics.mjs";

/** Maximum ratio of the product's CPU time per request to a baseline's. */
const CPU_RATIOS = [
  { scenarios: ["invalid-signature", "forbidden"], baseline: "actix-baseline", max: 1.5 },
  { scenarios: ["invalid-signature", "forbidden"], baseline: "axum", max: 1.1 },
  { scenarios: ["get"], baseline: "axum", max: 0.85 },
  { scenarios: ["list20"], baseline: "axum", max: 0.8 },
  { scenarios: ["list50"], baseline: "axum", max: 0.75 },
  { scenarios: ["create", "complete"], baseline: "axum", max: 0.9 },
  { scenarios: ["mix"], baseline: "axum", max: 0.85 },
  { scenarios: ["get"], baseline: "fastapi-asyncpg", max: 1 / 23 },
  { scenarios: ["list20", "list50"], baseline: "fastapi-asyncpg", max: 1 / 19 },
  { scenarios: ["get"], baseline: "fastapi-sqlalchemy", max: 1 / 23 },
  { scenarios: ["list20", "list50"], baseline: "fastapi-sqlalchemy", max: 1 / 19 },
];
/** Maximum ratio of CPU time per request with two workers to that with one. */
const MAX_TWO_WORKERS_RATIO = 1.15;
const MAX_LOGGING_MICROSECONDS = 3;
/** Maximum ratio of the product's p99 to axum's. */
const MAX_HALF_LOAD_RATIO = 1;
const MAX_IDLE_MEGABYTES = 25;
const MAX_LOADED_MEGABYTES = 60;
const MAX_START_MILLISECONDS = 50;

const formatRatio = (value) => (value < 0.2 ? `1/${Number((1 / value).toFixed(1))}` : `${value.toFixed(2)} ×`);
const formatMicroseconds = (value) => `${value.toFixed(1)} µs`;
const formatMilliseconds = (value) => `${value.toFixed(1)} ms`;
const formatMegabytes = (value) => `${value.toFixed(1)} MB`;

/** The thresholds that this run measured, with the measured values. */
export function evaluateThresholds(run, titles) {
  return [
    ...cpuRatios(run, titles),
    ...twoWorkers(run, titles),
    ...logging(run, titles),
    ...halfLoad(run, titles),
    ...memory(run),
    ...startupTime(run),
  ];
}

function cpuRatios({ rounds }, titles) {
  return CPU_RATIOS.flatMap(({ scenarios, baseline, max }) =>
    scenarios.flatMap((scenario) =>
      compareCpu(rounds, scenario, "todo-server", baseline, {
        title: `CPU, ${titles.scenarios[scenario]}, todo-server / ${titles.servers[baseline]}`,
        max,
      }),
    ),
  );
}

function twoWorkers({ rounds, options }, titles) {
  return options.scenarios.flatMap((scenario) =>
    compareCpu(rounds, scenario, instanceName("todo-server", 2), "todo-server", {
      title: `CPU, ${titles.scenarios[scenario]}, 2 workers / 1 worker`,
      max: MAX_TWO_WORKERS_RATIO,
    }),
  );
}

function compareCpu(rounds, scenario, server, baseline, { title, max }) {
  const [numerators, denominators] = [cpuOf(rounds, server, scenario), cpuOf(rounds, baseline, scenario)];
  if (numerators.length === 0 || denominators.length === 0) return [];
  return evaluate(title, ratioStatistics(numerators, denominators).median, max, formatRatio);
}

function logging({ rounds }, titles) {
  const scenarios = new Set(rounds.filter(({ server }) => server === "todo-server-logging").map(({ scenario }) => scenario));
  return [...scenarios].flatMap((scenario) => {
    const without = cpuOf(rounds, "todo-server", scenario);
    if (without.length === 0) return [];
    const added = median(cpuOf(rounds, "todo-server-logging", scenario).map((value, round) => value - without[round]));
    const title = `access log, ${titles.scenarios[scenario]}, CPU added`;
    return evaluate(title, added, MAX_LOGGING_MICROSECONDS, formatMicroseconds);
  });
}

function halfLoad({ halfLoad: results = [] }, titles) {
  const scenarios = new Set(results.map(({ scenario }) => scenario));
  return [...scenarios].flatMap((scenario) => {
    const p99 = (server, capacityOf) =>
      results
        .filter((result) => result.server === server && result.capacityOf === capacityOf && result.scenario === scenario)
        .map((result) => result.p99);
    const axum = p99("axum", "axum");
    return [
      ["each at half of its own capacity", p99("todo-server", "todo-server")],
      ["both at half of axum's capacity", p99("todo-server", "axum")],
    ].flatMap(([load, product]) => {
      if (product.length === 0 || axum.length === 0) return [];
      const title = `p99, ${titles.scenarios[scenario]}, todo-server / ${titles.servers.axum}, ${load}`;
      return evaluate(title, ratioStatistics(product, axum).median, MAX_HALF_LOAD_RATIO, formatRatio);
    });
  });
}

function memory({ memory, memoryUnderLoad }) {
  const product = memory["todo-server"];
  if (!product) return [];
  const idle = evaluate("memory, idle", product.idle, MAX_IDLE_MEGABYTES, formatMegabytes);
  if (!memoryUnderLoad) return [idle];
  const { connections, peak } = memoryUnderLoad;
  return [idle, evaluate(`memory, ${connections} connections`, peak, MAX_LOADED_MEGABYTES, formatMegabytes)];
}

function startupTime({ startupTime: results = [] }) {
  const sqlite = results.find(({ server, database }) => server === "todo-server" && database === "SQLite");
  if (!sqlite) return [];
  return [evaluate("start to the first 200, SQLite", sqlite.milliseconds, MAX_START_MILLISECONDS, formatMilliseconds)];
}

const cpuOf = (rounds, server, scenario) =>
  rounds.filter((result) => result.server === server && result.scenario === scenario).map(({ cpu }) => cpu);

function evaluate(title, measured, max, format) {
  const isMet = measured <= max;
  const result = isMet ? "met" : `missed by ${((measured / max - 1) * 100).toFixed(0)} %`;
  return { title, measured: format(measured), max: `at most ${format(max)}`, isMet, result };
}
