import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { rebuildOnChange } from "./watch.mjs";

const root = mkdtempSync(join(tmpdir(), "todo-rebuild-"));
const source = join(root, "crates/one/src");
for (const folder of ["crates/one/src", "bin", "migrations", "tools"]) mkdirSync(join(root, folder), { recursive: true });
writeFileSync(join(source, "lib.rs"), "");
// A cargo that notes down what it is asked for.
writeFileSync(join(root, "tools/cargo"), `#!/bin/sh\necho "$*" >>"${root}/builds"\n`);
chmodSync(join(root, "tools/cargo"), 0o755);
writeFileSync(join(root, "builds"), "");
process.env.PATH = `${join(root, "tools")}:${process.env.PATH}`;

let restarts = 0;
rebuildOnChange(root, () => (restarts += 1));
after(() => {
  rmSync(root, { recursive: true });
  // Watching has no end of its own.
  setImmediate(() => process.exit());
});

const builds = () => readFileSync(join(root, "builds"), "utf8").split("\n").length - 1;

async function leadsTo(count, change) {
  const before = [builds(), restarts];
  change();
  const deadline = Date.now() + 10_000;
  while (restarts < before[1] + count && Date.now() < deadline) await wait(50);
  // As long again as a build that should not be would take to begin.
  await wait(500);
  assert.deepEqual([builds(), restarts], [before[0] + count, before[1] + count]);
}

it("a saved file leads to one build and one restart", () =>
  leadsTo(1, () => {
    writeFileSync(join(source, "lib.rs"), "1");
    writeFileSync(join(source, "lib.rs"), "2");
  }));

it("so does each save of an editor that puts another file in its place", async () => {
  for (const text of ["3", "4"]) {
    await leadsTo(1, () => {
      writeFileSync(join(source, "lib.rs~"), text);
      renameSync(join(source, "lib.rs~"), join(source, "lib.rs"));
    });
  }
});

it("so does a new folder's file, and what it becomes", async () => {
  await leadsTo(1, () => {
    mkdirSync(join(source, "deep"));
    writeFileSync(join(source, "deep/mod.rs"), "1");
  });
  await leadsTo(1, () => writeFileSync(join(source, "deep/mod.rs"), "2"));
});

it("other files lead to nothing", () => leadsTo(0, () => writeFileSync(join(source, "notes.txt"), "1")));
