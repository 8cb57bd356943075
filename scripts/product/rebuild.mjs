import { spawn } from "node:child_process";
import { watch } from "node:fs";
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
    watch(join(root, folder), { recursive: true }, (_event, file) => {
      if (!/\.(rs|toml|sql)$/.test(file ?? "")) return;
      clearTimeout(timer);
      timer = setTimeout(build, QUIET_TIME);
    });
  }
}
