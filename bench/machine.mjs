import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { SERVERS } from "./servers.mjs";

const CRATES = ["actix-web", "axum", "jsonwebtoken", "sqlx", "tokio"];
const PYTHON_PACKAGES = ["fastapi", "PyJWT", "asyncpg", "SQLAlchemy", "pydantic", "uvicorn"];

/** Hardware and versions, without host names. */
export function describeMachine(root, database) {
  const firstLine = (command, ...args) => spawnSync(command, args, { encoding: "utf8", cwd: root }).stdout?.split("\n")[0] ?? "";
  return {
    processor: cpus()[0].model.trim(),
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    // Without the suffix of the build.
    kernel: release().split("-")[0],
    rustc: firstLine("rustc", "--version"),
    postgresql: database.version(),
    fsync: database.setting("fsync"),
    wrk: firstLine("wrk", "--version").match(/\d+\.\d+\.\d+/)?.[0] ?? "",
    python: firstLine("bench/.venv/bin/python", "--version"),
    commit: firstLine("git", "describe", "--always", "--dirty=, with changes"),
    binarySize: statSync(join(root, SERVERS["todo-server"].program)).size / 2 ** 20,
    crates: lockedVersions(join(root, "bench/baselines/Cargo.lock"), CRATES),
    packages: pinnedVersions(join(root, "bench/baselines/fastapi/requirements.txt"), PYTHON_PACKAGES),
  };
}

function lockedVersions(lockFile, names) {
  const text = readFileSync(lockFile, "utf8");
  return names.map((name) => `${name} ${text.match(new RegExp(`name = "${name}"\nversion = "([^"]+)"`))?.[1]}`);
}

function pinnedVersions(requirements, names) {
  const text = readFileSync(requirements, "utf8");
  return names.map((name) => `${name} ${text.match(new RegExp(`^${name}==(.+)$`, "m"))?.[1]}`);
}
