import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { withoutSecrets } from "./env.mjs";

const require = createRequire(new URL("../../frontend/package.json", import.meta.url));
const { watch } = await import(require.resolve("chokidar"));

const DEBOUNCE_MS = 300;

/** Rebuilds the backend when its sources change and calls `onBuilt` after each successful build. Returns the watcher. */
export function rebuildOnChange(root, onBuilt) {
  let timer;
  let isBuilding = false;
  let isOutdated = false;

  function build() {
    isOutdated = isBuilding;
    if (isBuilding) return;
    isBuilding = true;
    const options = { cwd: root, env: withoutSecrets(process.env), stdio: "inherit" };
    spawn("cargo", ["build", "--package", "todo-server"], options).once("exit", (code) => {
      isBuilding = false;
      if (isOutdated) build();
      else if (code === 0) onBuilt();
    });
  }

  return watch(["crates", "bin", "migrations"], { cwd: root, ignoreInitial: true }).on("all", (_event, path) => {
    if (!/\.(rs|toml|sql)$/.test(path)) return;
    clearTimeout(timer);
    timer = setTimeout(build, DEBOUNCE_MS);
  });
}
