import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { rebuildOnChange } from "./watch.mjs";

const root = mkdtempSync(join(tmpdir(), "todo-watch-"));
const source = join(root, "crates/one/src");
for (const folder of [source, join(root, "bin"), join(root, "migrations"), join(root, "tools")]) {
  mkdirSync(folder, { recursive: true });
}
writeFileSync(join(source, "lib.rs"), "");
writeFileSync(join(root, "builds"), "");
// Stands in for cargo: records its arguments.
writeFileSync(join(root, "tools/cargo"), `#!/bin/sh\necho "$*" >>"${root}/builds"\n`);
chmodSync(join(root, "tools/cargo"), 0o755);
process.env.PATH = `${join(root, "tools")}:${process.env.PATH}`;

let restarts = 0;
let expected = 0;
let watcher;
before(async () => {
  watcher = rebuildOnChange(root, () => (restarts += 1));
  await once(watcher, "ready");
});
after(async () => {
  await watcher.close();
  rmSync(root, { recursive: true });
});

const builds = () => readFileSync(join(root, "builds"), "utf8").split("\n").length - 1;

/** The totals are compared, so a superfluous build fails the next call. */
async function expectBuilds(count, change) {
  expected += count;
  change();
  const deadline = Date.now() + 10_000;
  while (restarts < expected && Date.now() < deadline) await delay(20);
  assert.deepEqual({ builds: builds(), restarts }, { builds: expected, restarts: expected });
}

const writeSource = (name, text) => writeFileSync(join(source, name), text);

test("saved file is built once", () =>
  expectBuilds(1, () => {
    writeSource("lib.rs", "1");
    writeSource("lib.rs", "2");
  }));

test("file replaced by renaming is built each time", async () => {
  for (const text of ["3", "4"]) {
    await expectBuilds(1, () => {
      writeSource("lib.rs~", text);
      renameSync(join(source, "lib.rs~"), join(source, "lib.rs"));
    });
  }
});

test("file in a new folder is built when added and when changed", async () => {
  await expectBuilds(1, () => {
    mkdirSync(join(source, "deep"));
    writeSource("deep/mod.rs", "1");
  });
  await expectBuilds(1, () => writeSource("deep/mod.rs", "2"));
});

test("file of another type is not built", async () => {
  const noticed = once(watcher, "all");
  await expectBuilds(0, () => writeSource("notes.txt", "1"));
  await noticed;
  await expectBuilds(1, () => writeSource("lib.rs", "5"));
});
