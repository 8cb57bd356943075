import { spawn } from "node:child_process";
import { readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";

const SOURCES = ["crates", "bin", "migrations"];
const QUIET_TIME = 300;

/** Builds the backend anew when its source changes, and says so when it is built. A build that fails changes nothing. */
export function rebuildOnChange(root, onBuilt) {
  let timer;
  let isBuilding = false;
  let isChanged = false;

  function build() {
    if (isBuilding) {
      isChanged = true;
      return;
    }
    isBuilding = true;
    isChanged = false;
    const cargo = spawn("cargo", ["build", "--package", "todo-server"], { cwd: root, stdio: "inherit" });
    cargo.once("exit", async (code) => {
      isBuilding = false;
      if (isChanged) build();
      else if (code === 0) await onBuilt();
    });
  }

  for (const folder of SOURCES) {
    watchTree(join(root, folder), (file) => {
      if (!/\.(rs|toml|sql)$/.test(file)) return;
      clearTimeout(timer);
      timer = setTimeout(build, QUIET_TIME);
    });
  }
}

/**
 * Tells of each file that changes, each folder watched by itself: Node's own recursive watch follows files on Linux, and
 * loses one that an editor saves by putting another in its place.
 */
function watchTree(folder, onChange) {
  const watched = new Set();
  let isStarted = false;

  function lookAt(path) {
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
    if (!isFolder) watched.delete(path);
    if (!isFolder || watched.has(path)) return;
    watched.add(path);
    watch(path, (_event, name) => {
      if (!name) return;
      onChange(name);
      lookAt(join(path, name));
    });
    for (const name of readdirSync(path)) {
      // Nobody was told of what a new folder brought with it.
      if (isStarted) onChange(name);
      lookAt(join(path, name));
    }
  }

  lookAt(folder);
  isStarted = true;
}
