import { spawn, spawnSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "./user-error.mjs";

const START_TIMEOUT_MS = 90_000;
/** The backend finishes running requests within 15 s. */
const STOP_TIMEOUT_MS = 20_000;

/** Linux: the kernel sends SIGTERM to the child when the supervisor dies, also by SIGKILL. */
const SETPRIV = ["setpriv", "--pdeathsig", "TERM"];
const parentDeathSignal = spawnSync(SETPRIV[0], [...SETPRIV.slice(1), "true"]).status === 0 ? SETPRIV : [];

/** Runs several processes and stops all of them when one exits or a signal arrives. */
export class Supervisor {
  #children = new Map();
  #restarting = new Set();
  #isStopping = false;

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
      // The first signal stops gracefully, the second one at once.
      process.on(signal, () => (this.#isStopping ? this.#signalAll("SIGKILL") : this.#stopAll(0)));
    }
    process.on("exit", () => this.#signalAll("SIGKILL"));
  }

  start(name, command, options) {
    const [program, ...args] = [...parentDeathSignal, ...command];
    // A process group of its own: Ctrl-C reaches the supervisor only, which then stops the children.
    const child = spawn(program, args, { ...options, detached: true, stdio: ["ignore", "ignore", "inherit"] });
    this.#children.set(name, child);
    child.once("error", (error) => console.error(`${name}: ${error.message}`));
    child.once("exit", (code, signal) => {
      if (this.#isStopping || this.#restarting.has(name)) return;
      console.error(`The ${name} has ended (${signal ?? `exit code ${code}`}), so the rest stops as well.`);
      this.#stopAll(code || 1);
    });
  }

  /** Resolves when the URL answers 2xx. Never resolves once the supervisor is stopping. */
  async waitUntilReady(name, url) {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!this.#isStopping) {
      const isReady = await fetch(url).then((response) => response.ok).catch(() => false);
      if (isReady) return;
      if (Date.now() > deadline) throw new UserError(`the ${name} does not answer at ${url}`);
      await delay(100);
    }
    await new Promise(() => {});
  }

  async restart(name, command, options) {
    this.#restarting.add(name);
    await stop(this.#children.get(name));
    this.#restarting.delete(name);
    if (!this.#isStopping) this.start(name, command, options);
  }

  async #stopAll(exitCode) {
    this.#isStopping = true;
    await Promise.all([...this.#children.values()].map(stop));
    process.exit(exitCode);
  }

  #signalAll(signal) {
    for (const child of this.#children.values()) signalGroup(child, signal);
  }
}

async function stop(child) {
  if (!isRunning(child)) return;
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), STOP_TIMEOUT_MS);
  const exited = new Promise((resolve) => child.once("exit", resolve));
  signalGroup(child, "SIGTERM");
  await exited;
  clearTimeout(timer);
}

const isRunning = ({ pid, exitCode, signalCode }) => pid !== undefined && exitCode === null && signalCode === null;

function signalGroup(child, signal) {
  if (!isRunning(child)) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // ESRCH: the group has exited in the meantime.
    if (error.code !== "ESRCH") throw error;
  }
}
