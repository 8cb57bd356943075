import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "./user-error.mjs";

const DEBIAN_PACKAGES = { wrk: "wrk", taskset: "util-linux" };
const REQUIREMENTS = "bench/baselines/fastapi/requirements.txt";

/** Installs missing tools from Debian's packages when run as root; otherwise reports the first one that is missing. */
export function requireTools() {
  const isMissing = ([name]) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0;
  const missing = () => Object.entries(DEBIAN_PACKAGES).filter(isMissing);
  if (missing().length && process.getuid() === 0) {
    const packages = missing().map(([, name]) => name);
    spawnSync("sh", ["-c", `apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}`], {
      stdio: ["ignore", 2, 2],
    });
  }
  for (const [name, debianPackage] of missing()) {
    throw new UserError(`${name} is missing: sudo apt-get install ${debianPackage}`);
  }
}

/** Builds the product and the baselines in release mode, and the Python environment when a chosen server uses it. */
export function build(root, isPythonNeeded) {
  cargoBuild(root, ["--package", "todo-server"]);
  cargoBuild(root, ["--manifest-path", "bench/baselines/Cargo.toml", "--target-dir", "target/bench-baselines"]);
  if (isPythonNeeded) createVirtualEnvironment(root);
}

function cargoBuild(root, args) {
  // In the repository's root, so that .cargo/config.toml applies to the baselines as well.
  run(root, "cargo", ["build", "--release", "--locked", ...args]);
}

/** A virtual environment with the pinned versions; created again when they change. */
function createVirtualEnvironment(root) {
  const venv = join(root, "bench/.venv");
  const required = readFileSync(join(root, REQUIREMENTS), "utf8");
  const installed = join(venv, "requirements.txt");
  if (existsSync(installed) && readFileSync(installed, "utf8") === required) return;
  // Debian packages venv separately.
  run(root, "python3", ["-m", "venv", "--clear", venv], "sudo apt-get install python3-venv");
  run(root, join(venv, "bin/pip"), ["install", "--quiet", "--disable-pip-version-check", "--requirement", REQUIREMENTS]);
  writeFileSync(installed, required);
}

function run(root, program, args, fix) {
  const { status, error } = spawnSync("nice", [program, ...args], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status === 0) return;
  const detail = error?.message ?? fix;
  throw new UserError(`failed: ${program} ${args.join(" ")}${detail ? ` (${detail})` : ""}`);
}
