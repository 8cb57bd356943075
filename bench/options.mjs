import { parseArgs } from "node:util";
import { Problem } from "./user-error.mjs";

/** What the command line says, then the environment, then the usual. */
export function optionsOf(args, env, all) {
  const { values } = parseArgs({
    args,
    options: {
      servers: { type: "string", default: env.BENCH_SERVERS || all.servers.join() },
      cases: { type: "string", default: env.BENCH_CASES || all.cases.join() },
      rounds: { type: "string", default: env.BENCH_ROUNDS || "5" },
      seconds: { type: "string", default: env.BENCH_SECONDS || "2" },
      connections: { type: "string", default: env.BENCH_CONNECTIONS || "32" },
      pool: { type: "string", default: env.BENCH_POOL || "16" },
      only: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      "no-build": { type: "boolean", default: false },
    },
  });
  const servers = chosen(values.servers, all.servers, "server");
  const cases = chosen(values.cases, all.cases, "case");
  return {
    servers,
    cases,
    rounds: whole(values.rounds, "rounds"),
    seconds: whole(values.seconds, "seconds"),
    connections: whole(values.connections, "connections"),
    pool: whole(values.pool, "pool"),
    isBuilding: !values["no-build"],
    hasExtras: !values.only,
    // A part of the table would replace the whole one.
    isWriting: values.write || (!values.only && servers.length === all.servers.length && cases.length === all.cases.length),
  };
}

function chosen(list, all, what) {
  const names = list.split(",").filter(Boolean);
  const unknown = names.find((name) => !all.includes(name));
  if (unknown) throw new Problem(`there is no ${what} ${unknown}: choose from ${all.join(", ")}`);
  // In the order of the tables, whatever the order they were named in.
  return all.filter((name) => names.includes(name));
}

function whole(text, name) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Problem(`--${name} must be a whole number from 1`);
  return number;
}
