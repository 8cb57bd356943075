import { readdirSync, readFileSync } from "node:fs";

/** CPU time used by all threads of a process so far, in nanoseconds. `schedstat` is exact; /proc/PID/stat counts in 10 ms. */
export function cpuTime(pid) {
  let nanoseconds = 0;
  for (const thread of listDirectory(`/proc/${pid}/task`)) {
    nanoseconds += Number(readText(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0] || 0);
  }
  return nanoseconds;
}

/** CPU time by process id, of a process and its children: PostgreSQL has one process for each connection. */
export function cpuTimeByProcess(pid) {
  return new Map([pid, ...childrenOf(pid)].map((member) => [member, cpuTime(member)]));
}

/** CPU time that a process and its children have used since `before`; processes that have ended are not counted. */
export function cpuTimeSince(before, pid) {
  return [...cpuTimeByProcess(pid)].reduce((sum, [member, after]) => sum + after - (before.get(member) ?? 0), 0);
}

/** Resident memory of a process, current and peak, in megabytes. */
export function residentMemory(pid) {
  const status = readText(`/proc/${pid}/status`);
  const megabytes = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))?.[1] ?? 0) / 1024;
  return { current: megabytes("VmRSS"), peak: megabytes("VmHWM") };
}

/** The parent's process id. In `stat` it follows the program's name, which may contain spaces and parentheses. */
export function parentOf(pid) {
  return Number(readText(`/proc/${pid}/stat`).split(") ").pop().split(" ")[1]);
}

const childrenOf = (pid) => listDirectory("/proc").filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);

/** Empty when the process or thread has ended. */
function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Empty when the process has ended. */
function listDirectory(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
