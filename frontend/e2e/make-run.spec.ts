import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { APP, BACKEND, freePort, type Mode } from "./stack.ts";
import { addTask, box, expect, signUp, test } from "./fixtures.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = fileURLToPath(new URL("../../scripts/dev/main.mjs", import.meta.url));

let folder: string;
let started: { child: ChildProcess; ended: Promise<number | null> }[] = [];
test.beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/todo-run-`);
});
test.afterEach(async () => {
  // A test that failed half way leaves nothing running either.
  for (const { child } of started) child.kill("SIGTERM");
  await Promise.all(started.map(({ ended }) => ended));
  started = [];
  rmSync(folder, { recursive: true, force: true });
});

/** Runs what `make run` runs once everything is built. */
const freePorts = async () => ({ PORT: String(await freePort()), WEB_PORT: String(await freePort()) });

async function product(mode: Mode, more: Record<string, string> = {}) {
  const { PATH = "", HOME = "" } = process.env;
  const env = {
    NODE_ENV: "production" as const,
    PATH,
    HOME,
    TODO_SERVER_BIN: BACKEND,
    API_TOKEN_MODE: mode,
    BETTER_AUTH_SECRET: randomBytes(32).toString("base64"),
    DATABASE_URL: `sqlite://${folder}/todo.db?mode=rwc`,
    AUTH_DATABASE_URL: `sqlite://${folder}/auth.db`,
    // The usual ports may be in use by other tests; the first test is about that.
    ...(await freePorts()),
    ...more,
  };
  const child = spawn(process.execPath, [MAIN], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  started.push({ child, ended });
  return { child, ended, said: () => said };
}

async function addressOf({ said }: Awaited<ReturnType<typeof product>>): Promise<string> {
  await expect.poll(said, { timeout: 30_000 }).toMatch(/Todo is at http/);
  return said().match(/Todo is at (http\S+)/)?.[1] ?? "";
}

const childrenOf = async ({ pid }: ChildProcess): Promise<string> => {
  const list = spawn("ps", ["-o", "pid=", "--ppid", String(pid)]);
  let pids = "";
  for await (const text of list.stdout) pids += text;
  return pids.trim();
};

const isAlive = (pid: string): boolean => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function occupy(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

test("one command gives a product that works, and Ctrl-C leaves nothing behind", async ({ page, mode }) => {
  test.slow();
  // The usual port is somebody else's: it says so and takes the next.
  const other = await occupy(3000);
  // Two that are started together find the same ports free, and each takes its own all the same.
  const usual = { PORT: "", WEB_PORT: "" };
  const own = { DATABASE_URL: "sqlite::memory:", AUTH_DATABASE_URL: `sqlite://${folder}/other.db` };
  const [run, second] = await Promise.all([product(mode, usual), product(mode, { ...usual, ...own })]);
  const address = await addressOf(run);
  expect(await addressOf(second)).not.toBe(address);
  // Where it could not be taken here, whoever has it may leave it at any time.
  if (other) {
    expect(address).not.toBe("http://localhost:3000");
    expect(run.said()).toMatch(/Port 3000 is in use, so the web app takes 30\d\d\. Set WEB_PORT to choose one\./);
  }
  await signUp(page, undefined, address);
  await addTask(page, "Buy milk");
  await page.reload();
  await expect(box(page, "Buy milk")).toBeVisible();

  const children = (await childrenOf(run.child)).split(/\s+/);
  expect(children).toHaveLength(2);
  run.child.kill("SIGINT");
  expect(await run.ended).toBe(0);
  expect(children.filter(isAlive)).toEqual([]);
  for (const name of ["todo", "auth"]) expect(sizeOf(`${folder}/${name}.db-wal`), `${name}'s log`).toBe(0);
  other?.close();
});

test("the printed curl line adds a task as pasted; where no secret can mint its token, it says who has one", async ({
  mode,
}) => {
  const secret = { BETTER_AUTH_SECRET: randomBytes(32).toString("base64") };
  const run = await product(mode, secret);
  const address = await addressOf(run);
  if (mode === "jwks") {
    await expect.poll(run.said).toContain(`signed in, at ${address}/api/auth/api-token`);
    return expect(run.said()).not.toContain("curl");
  }

  await expect.poll(run.said).toMatch(/^curl .*\n/m);
  const line = run.said().match(/^curl .*$/m)?.[0] ?? "";
  const { PATH = "" } = process.env;
  const env = { NODE_ENV: "production" as const, PATH, TODO_SERVER_BIN: BACKEND, ...secret };
  expect(String(execFileSync("bash", ["-c", line], { cwd: ROOT, env, stdio: "pipe" }))).toMatch(/^HTTP\/1\.1 201 /);
});

test("the death of one ends the other", async ({ mode }) => {
  const run = await product(mode);
  await addressOf(run);
  const children = (await childrenOf(run.child)).split(/\s+/);
  process.kill(Number(children[1]), "SIGKILL");
  expect(await run.ended).not.toBe(0);
  expect(run.said()).toMatch(/The (backend|web app) has ended \(SIGKILL\), so the rest stops as well\./);
  await expect.poll(() => children.filter(isAlive)).toEqual([]);
});

test("a port that somebody chose is not replaced when it is in use", async ({ mode }) => {
  const port = await freePort();
  const other = await occupy(port);
  const run = await product(mode, { WEB_PORT: String(port) });
  expect(await run.ended).toBe(1);
  expect(run.said()).toContain(`port ${port} for the web app is in use: free it, or set WEB_PORT to another`);
  other?.close();
});

test("a bad secret stops the start in one line, and so does a missing one", async ({ mode }) => {
  const both = await product(mode, { BETTER_AUTH_SECRET: "better-auth-secret-12345678901234567890" });
  expect(await both.ended).not.toBe(0);
  expect(both.said()).toMatch(/BETTER_AUTH_SECRET.* placeholder/);

  const app = spawn(process.execPath, [APP], {
    env: { NODE_ENV: "production", PORT: String(await freePort()) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  app.stderr.on("data", (text) => (said += text));
  expect(await new Promise((resolve) => app.once("close", resolve))).toBe(2);
  expect(said).toBe("web app: BETTER_AUTH_SECRET is missing: set it to the output of: openssl rand -base64 32\n");
});
