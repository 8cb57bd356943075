import { readdirSync, readFileSync } from "node:fs";

/** CPU time that all threads of a process have had so far, in nanoseconds. The usual clock ticks are a hundredth of a second. */
export function cpuOf(pid) {
  let nanoseconds = 0;
  for (const thread of list(`/proc/${pid}/task`)) {
    nanoseconds += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0] || 0);
  }
  return nanoseconds;
}

/** The same for each of a server's processes: PostgreSQL has one for each connection. */
export function cpuOfFamily(pid) {
  return new Map([pid, ...children(pid)].map((member) => [member, cpuOf(member)]));
}

/** What those that are still there have had meanwhile. */
export function cpuSince(before, pid) {
  return [...cpuOfFamily(pid)].reduce((sum, [member, after]) => sum + after - (before.get(member) ?? 0), 0);
}

/** Memory that is in use now and that was at most, in megabytes. */
export function memoryOf(pid) {
  const status = read(`/proc/${pid}/status`);
  const megabytes = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))?.[1] ?? 0) / 1024;
  return { now: megabytes("VmRSS"), peak: megabytes("VmHWM") };
}

/** Who started a process. It stands after the program's name, which may have spaces and brackets of its own. */
export function parentOf(pid) {
  return Number(read(`/proc/${pid}/stat`).split(") ").pop().split(" ")[1]);
}

const children = (pid) => list("/proc").filter((name) => /^\d+$/.test(name) && parentOf(name) === pid);

/** Processes and threads may end while they are looked at. */
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function list(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
