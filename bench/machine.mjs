import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { SERVERS } from "./servers.mjs";

/** What the figures were measured on. Nothing that names a machine. */
export function machine(root, database) {
  const first = (command, ...args) => spawnSync(command, args, { encoding: "utf8", cwd: root }).stdout?.split("\n")[0] ?? "";
  return {
    processor: cpus()[0].model.trim(),
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    // Without the words of whoever built it.
    kernel: release().split("-")[0],
    rustc: first("rustc", "--version"),
    postgresql: database.version(),
    fsync: database.setting("fsync"),
    wrk: first("wrk", "--version").match(/\d+\.\d+\.\d+/)?.[0] ?? "",
    python: first("bench/.venv/bin/python", "--version"),
    commit: first("git", "describe", "--always", "--dirty=, with changes"),
    binary: statSync(join(root, SERVERS.ours.program)).size / 2 ** 20,
    crates: locked(join(root, "bench/baselines/Cargo.lock"), CRATES),
    packages: pinned(join(root, "bench/baselines/fastapi/requirements.txt"), PACKAGES),
  };
}

const CRATES = ["actix-web", "axum", "jsonwebtoken", "sqlx", "tokio"];
const PACKAGES = ["fastapi", "PyJWT", "asyncpg", "SQLAlchemy", "pydantic", "uvicorn"];

function locked(lock, names) {
  const text = readFileSync(lock, "utf8");
  return names.map((name) => `${name} ${text.match(new RegExp(`name = "${name}"\nversion = "([^"]+)"`))?.[1]}`);
}

function pinned(requirements, names) {
  const text = readFileSync(requirements, "utf8");
  return names.map((name) => `${name} ${text.match(new RegExp(`^${name}==(.+)$`, "m"))?.[1]}`);
}
