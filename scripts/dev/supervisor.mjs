import { spawn, spawnSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { Problem } from "./user-error.mjs";

/** The backend finishes running requests for up to 15 s. */
const PATIENCE = 20_000;
const START_LIMIT = 90_000;

/** Processes that live and die together. */
export class Processes {
  #root;
  #running = new Map();
  #isEnding = false;

  constructor(root) {
    this.#root = root;
  }

  start(name, program, args, env) {
    // A group of their own, so that Ctrl-C comes to us alone and we end them in order. What they greet with is left out:
    // it names more than the one address that is to be opened. What goes wrong is on standard error.
    const [first, ...rest] = [...withoutOrphans(), program, ...args];
    const child = spawn(first, rest, { cwd: this.#root, env, detached: true, stdio: ["ignore", "ignore", "inherit"] });
    const process = { name, program, args, env, child, isRestarting: false };
    child.once("error", (error) => console.error(`${name}: ${error.message}`));
    child.once("exit", (code, signal) => this.#ended(process, code, signal));
    this.#running.set(name, process);
  }

  /** Waits until it answers, or has ended instead. */
  async ready(name, url) {
    const deadline = Date.now() + START_LIMIT;
    while (Date.now() < deadline && !this.#isEnding) {
      const isUp = await fetch(url).then(
        (answer) => answer.ok,
        () => false,
      );
      if (isUp) return;
      await wait(100);
    }
    if (!this.#isEnding) throw new Problem(`the ${name} does not answer at ${url}`);
    await new Promise(() => {});
  }

  async restart(name) {
    const old = this.#running.get(name);
    if (!old || this.#isEnding) return;
    old.isRestarting = true;
    await stop(old.child);
    if (!this.#isEnding) this.start(name, old.program, old.args, old.env);
  }

  endWithSignals() {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      process.on(signal, () => {
        // Asked twice: at once.
        if (this.#isEnding) this.#killAll();
        else void this.end(0);
      });
    }
    process.on("exit", () => this.#killAll());
  }

  async end(code) {
    this.#isEnding = true;
    await Promise.all([...this.#running.values()].map(({ child }) => stop(child)));
    process.exit(code);
  }

  #ended(old, code, signal) {
    if (old.isRestarting || this.#isEnding) return;
    console.error(`The ${old.name} has ended (${signal ?? `exit code ${code}`}), so the rest stops as well.`);
    void this.end(code || 1);
  }

  #killAll() {
    for (const { child } of this.#running.values()) if (isAlive(child)) killGroup(child, "SIGKILL");
  }
}

async function stop(child) {
  if (!isAlive(child)) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  killGroup(child, "SIGTERM");
  await Promise.race([ended, wait(PATIENCE, undefined, { ref: false }).then(() => killGroup(child, "SIGKILL"))]);
}

const isAlive = (child) => child.pid !== undefined && child.exitCode === null && child.signalCode === null;

function killGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It ended a moment ago.
  }
}

/** Linux can end a child when we are killed too hard to do it ourselves. */
function withoutOrphans() {
  const guard = ["setpriv", "--pdeathsig", "TERM"];
  return spawnSync(guard[0], [...guard.slice(1), "true"]).status === 0 ? guard : [];
}
