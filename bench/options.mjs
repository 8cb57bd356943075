import { parseArgs } from "node:util";
import { UserError } from "./user-error.mjs";

const WORKERS = ["1", "2"];

/** Options from the command line, then from the environment, then the defaults. */
export function parseOptions(args, env, all) {
  const { values } = parseArgs({
    args,
    options: {
      servers: { type: "string", default: env.BENCH_SERVERS || all.servers.join() },
      scenarios: { type: "string", default: env.BENCH_SCENARIOS || all.scenarios.join() },
      workers: { type: "string", default: env.BENCH_WORKERS || WORKERS.join() },
      rounds: { type: "string", default: env.BENCH_ROUNDS || "5" },
      seconds: { type: "string", default: env.BENCH_SECONDS || "2" },
      connections: { type: "string", default: env.BENCH_CONNECTIONS || "32" },
      pool: { type: "string", default: env.BENCH_POOL || "16" },
      "full-load-only": { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      "no-build": { type: "boolean", default: false },
    },
  });
  const servers = parseList(values.servers, all.servers, "server");
  const scenarios = parseList(values.scenarios, all.scenarios, "scenario");
  const workers = parseList(values.workers, WORKERS, "number of workers").map(Number);
  const isWholeRun =
    servers.length === all.servers.length && scenarios.length === all.scenarios.length && workers.length === WORKERS.length;
  return {
    servers,
    scenarios,
    workers,
    rounds: parseCount(values.rounds, "rounds"),
    seconds: parseCount(values.seconds, "seconds"),
    connections: parseCount(values.connections, "connections"),
    pool: parseCount(values.pool, "pool"),
    isBuilding: !values["no-build"],
    isFullLoadOnly: values["full-load-only"],
    // A partial run, or one with another binary, does not replace the recorded results.
    isWriting: values.write || (isWholeRun && !values["full-load-only"] && !env.BENCH_SERVER_BIN),
  };
}

function parseList(text, all, kind) {
  const names = text.split(",").filter(Boolean);
  const unknown = names.find((name) => !all.includes(name));
  if (unknown) throw new UserError(`unknown ${kind} ${unknown}: choose from ${all.join(", ")}`);
  if (names.length === 0) throw new UserError(`no ${kind} given: choose from ${all.join(", ")}`);
  // In the order of the tables, whatever the order in the option.
  return all.filter((name) => names.includes(name));
}

function parseCount(text, name) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new UserError(`--${name} must be a whole number, 1 or more`);
  return number;
}
