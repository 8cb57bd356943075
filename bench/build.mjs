import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "./user-error.mjs";

const TOOLS = { wrk: "wrk", taskset: "util-linux" };

/** The programs that Debian has. Root gets what is missing, anybody else is told. */
export function insistOnTools() {
  const missing = () => Object.entries(TOOLS).filter(([name]) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0);
  if (missing().length && process.getuid() === 0) {
    const packages = missing().map(([, name]) => name);
    spawnSync("sh", ["-c", `apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}`], {
      stdio: ["ignore", 2, 2],
    });
  }
  for (const [name, packaged] of missing()) throw new Problem(`${name} is missing: sudo apt-get install ${packaged}`);
}

/** What the chosen servers run from, built as for production. */
export function build(root, servers) {
  const peers = ["--manifest-path", "bench/baselines/Cargo.toml", "--target-dir", "target/bench-baselines"];
  cargo(root, ["--package", "todo-server"]);
  cargo(root, peers);
  if (servers.some((name) => ["fastapi", "sqlalchemy"].includes(name))) prepareVenv(root);
}

function cargo(root, what) {
  // From the root, so that what .cargo/config.toml sets holds for the peers as well.
  run(root, "cargo", ["build", "--release", "--locked", ...what]);
}

/** A virtual environment with exactly the pinned versions; made again when those change. */
function prepareVenv(root) {
  const venv = join(root, "bench/.venv");
  const wanted = readFileSync(join(root, "bench/baselines/fastapi/requirements.txt"), "utf8");
  const installed = join(venv, "requirements.txt");
  if (existsSync(installed) && readFileSync(installed, "utf8") === wanted) return;
  // Debian has it in a package of its own.
  run(root, "python3", ["-m", "venv", "--clear", venv], "sudo apt-get install python3-venv");
  const pip = ["install", "--quiet", "--disable-pip-version-check", "--requirement", "bench/baselines/fastapi/requirements.txt"];
  run(root, join(venv, "bin/pip"), pip);
  writeFileSync(installed, wanted);
}

function run(root, program, args, mend) {
  const { status, error } = spawnSync("nice", [program, ...args], { cwd: root, stdio: ["ignore", 2, 2] });
  if (status === 0) return;
  const cause = error?.message ?? mend;
  throw new Problem(`failed: ${program} ${args.join(" ")}${cause ? ` (${cause})` : ""}`);
}
