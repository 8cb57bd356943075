import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { CASES } from "./scenarios.mjs";
import { cpuOf, cpuOfFamily, cpuSince } from "./cpu.mjs";
import { Problem } from "./user-error.mjs";

const run = promisify(execFile);

/** Full load: wrk keeps so many connections busy. What it gave, and what it cost the server and the database a request. */
export async function load({ running, name, requests, seconds, connections, postmaster, root }) {
  const before = { server: cpuOf(running.pid), database: cpuOfFamily(postmaster) };
  const script = join(root, "bench/requests.lua");
  const { stdout } = await run("wrk", [
    `--threads=1`,
    `--connections=${connections}`,
    `--duration=${seconds}s`,
    `--script=${script}`,
    `http://127.0.0.1:${running.port}`,
    requests,
  ]);
  const server = cpuOf(running.pid) - before.server;
  const database = cpuSince(before.database, postmaster);
  const result = JSON.parse(stdout.trim().split("\n").pop());
  insistOnRightAnswers(running.name, name, result);
  const each = (nanoseconds) => nanoseconds / 1000 / result.requests;
  return {
    requests: result.requests,
    perSecond: (result.requests / result.micros) * 1e6,
    p50: result.p50,
    p99: result.p99,
    cpu: each(server),
    databaseCpu: each(database),
    busy: server / 1000 / result.micros,
  };
}

/** So many requests a second, whether the server keeps up or not. Latencies are from when each was due. */
export async function paced({ running, requests, rate, seconds, connections, root }) {
  const program = join(root, "target/bench-baselines/release/constant-rate");
  const { stdout } = await run(program, [running.port, requests, rate.toFixed(1), seconds, connections].map(String));
  return JSON.parse(stdout);
}

/** One wrong answer is a benchmark of something else. */
function insistOnRightAnswers(server, name, { requests, refused, broken }) {
  const expected = server !== "bare" && CASES[name].status >= 400 ? requests : 0;
  if (refused === expected && broken === 0 && requests > 0) return;
  throw new Problem(
    `${server}, ${name}: of ${requests} answers ${refused} were refusals, not ${expected}, and ${broken} broke off`,
  );
}
