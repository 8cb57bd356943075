import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { cpuTime, cpuTimeByProcess, cpuTimeSince } from "./cpu.mjs";
import { SCENARIOS } from "./scenarios.mjs";
import { INSTANCES, LOAD_CORES, pinPostgres } from "./servers.mjs";
import { UserError } from "./user-error.mjs";

const run = promisify(execFile);

/** Full load: wrk keeps the given number of connections busy. Returns throughput, latency, and CPU time per request. */
export async function runFullLoad({ running, scenario, file, seconds, connections, postmaster, root }) {
  const { workers } = INSTANCES[running.name];
  pinPostgres(postmaster, workers);
  const before = { server: cpuTime(running.pid), database: cpuTimeByProcess(postmaster) };
  const { stdout } = await run("taskset", [
    ...["--cpu-list", LOAD_CORES[workers], "wrk"],
    "--threads=1",
    `--connections=${connections}`,
    `--duration=${seconds}s`,
    `--script=${join(root, "bench/requests.lua")}`,
    `http://127.0.0.1:${running.port}`,
    file,
  ]);
  const serverTime = cpuTime(running.pid) - before.server;
  const databaseTime = cpuTimeSince(before.database, postmaster);
  const output = JSON.parse(stdout.trim().split("\n").pop());
  assertExpectedStatuses(running.name, scenario, output);
  const microsecondsPerRequest = (nanoseconds) => nanoseconds / 1000 / output.requests;
  return {
    requests: output.requests,
    perSecond: (output.requests / output.microseconds) * 1e6,
    p50: output.p50,
    p99: output.p99,
    cpu: microsecondsPerRequest(serverTime),
    databaseCpu: microsecondsPerRequest(databaseTime),
    cpuUtilization: serverTime / 1000 / output.microseconds,
  };
}

/** Sends requests at a constant rate, whether the server keeps up or not. Latency counts from when a request is due. */
export async function runConstantRate({ running, file, rate, seconds, connections, postmaster, root }) {
  pinPostgres(postmaster, INSTANCES[running.name].workers);
  const program = join(root, "target/bench-baselines/release/constant-rate");
  const { stdout } = await run(program, [running.port, file, rate.toFixed(1), seconds, connections].map(String));
  return JSON.parse(stdout);
}

/** An unexpected status would mean that something else was measured. */
function assertExpectedStatuses(server, scenario, { requests, errorStatuses, failedConnections }) {
  const expected = INSTANCES[server].server !== "actix-baseline" && SCENARIOS[scenario].status >= 400 ? requests : 0;
  if (errorStatuses === expected && failedConnections === 0 && requests > 0) return;
  throw new UserError(
    `${server}, ${scenario}: ${requests} responses, ${errorStatuses} of them with an error status (expected ${expected}), ` +
      `and ${failedConnections} failed connections`,
  );
}
