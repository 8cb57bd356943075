import { median, ratio } from "./statistics.mjs";

/** At most so many times a peer's CPU time a request. */
const RATIOS = [
  { cases: ["forged", "stranger"], peer: "bare", most: 1.3 },
  { cases: ["get"], peer: "axum", most: 0.95 },
  { cases: ["list20", "list50"], peer: "axum", most: 0.8 },
  { cases: ["create", "complete", "mix"], peer: "axum", most: 0.95 },
  { cases: ["get"], peer: "fastapi", most: 1 / 23 },
  { cases: ["list20", "list50"], peer: "fastapi", most: 1 / 19 },
  // The same bars beside the stack that they were drawn from.
  { cases: ["get"], peer: "sqlalchemy", most: 1 / 23 },
  { cases: ["list20", "list50"], peer: "sqlalchemy", most: 1 / 19 },
];
const LOGGING = 3;
const HALF_LOAD = 1;
const MEMORY = { rest: 25, full: 60 };
const START = 50;

const times = (value) => (value < 0.2 ? `1/${Number((1 / value).toFixed(1))}` : `${value.toFixed(2)} ×`);
const microseconds = (value) => `${value.toFixed(1)} µs`;
const milliseconds = (value) => `${value.toFixed(1)} ms`;
const megabytes = (value) => `${value.toFixed(1)} MB`;

/** What the product must reach, with what it does; only what this run can judge. */
export function bars(run, titles) {
  return [...ratios(run, titles), ...logging(run, titles), ...halfLoad(run, titles), ...memory(run), ...start(run)];
}

function ratios({ rounds }, titles) {
  return RATIOS.flatMap(({ cases, peer, most }) =>
    cases.flatMap((name) => {
      const [ours, theirs] = [cpu(rounds, "ours", name), cpu(rounds, peer, name)];
      if (ours.length === 0 || theirs.length === 0) return [];
      return bar(`CPU, ${titles.cases[name]}, beside ${titles.servers[peer]}`, ratio(ours, theirs).median, most, times);
    }),
  );
}

function logging({ rounds }, titles) {
  const names = new Set(rounds.filter(({ server }) => server === "logging").map((one) => one.case));
  return [...names].flatMap((name) => {
    const [plain, logged] = [cpu(rounds, "ours", name), cpu(rounds, "logging", name)];
    if (plain.length === 0) return [];
    const added = median(logged.map((value, round) => value - plain[round]));
    return bar(`access log, ${titles.cases[name]}, CPU added`, added, LOGGING, microseconds);
  });
}

function halfLoad({ half = [] }, titles) {
  return [...new Set(half.map((one) => one.case))].flatMap((name) => {
    const p99 = (server, of) =>
      half.filter((one) => one.server === server && one.of === of && one.case === name).map((one) => one.p99);
    const axum = p99("axum", "axum");
    return [
      ["each at half of its own capacity", p99("ours", "ours")],
      ["both at half of that one's", p99("ours", "axum")],
    ].flatMap(([load, ours]) => {
      if (ours.length === 0 || axum.length === 0) return [];
      const title = `p99, ${titles.cases[name]}, beside ${titles.servers.axum}, ${load}`;
      return bar(title, ratio(ours, axum).median, HALF_LOAD, times);
    });
  });
}

function memory({ memory: { ours }, connections }) {
  if (!ours) return [];
  const rest = bar("memory at rest", ours.rest, MEMORY.rest, megabytes);
  if (!connections) return [rest];
  return [rest, bar(`memory with ${connections.connections} connections`, connections.peak, MEMORY.full, megabytes)];
}

function start({ starts = [] }) {
  const own = starts.find(({ server, database }) => server === "ours" && database === "SQLite");
  return own ? [bar("start to the first 200 on SQLite", own.milliseconds, START, milliseconds)] : [];
}

const cpu = (rounds, server, name) => rounds.filter((one) => one.server === server && one.case === name).map((one) => one.cpu);

function bar(what, measured, most, write) {
  const isMet = measured <= most;
  const verdict = isMet ? "met" : `missed by ${((measured / most - 1) * 100).toFixed(0)} %`;
  return { what, measured: write(measured), bar: `at most ${write(most)}`, isMet, verdict };
}
