import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import getPort from "get-port";
import { addTask, expect, signIn, signOut, signUp, taskCheckbox, test } from "./fixtures.ts";
import { APP, BACKEND, type TokenMode } from "./stack.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SUPERVISOR = fileURLToPath(new URL("../../scripts/dev/main.mjs", import.meta.url));

type Run = { child: ChildProcess; exitCode: Promise<number | null>; output: () => string };

let folder: string;
let runs: Run[] = [];
test.beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/todo-run-`);
});
test.afterEach(async () => {
  for (const { child } of runs) child.kill("SIGTERM");
  await Promise.all(runs.map(({ exitCode }) => exitCode));
  runs = [];
  rmSync(folder, { recursive: true, force: true });
});

/** Starts what `make run` starts after the build. */
async function startSupervisor(mode: TokenMode, settings: Record<string, string> = {}): Promise<Run> {
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
    PORT: String(await getPort()),
    WEB_PORT: String(await getPort()),
    ...settings,
  };
  const child = spawn(process.execPath, [SUPERVISOR], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const exitCode = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const run = { child, exitCode, output: () => output };
  runs.push(run);
  return run;
}

async function waitForUrl({ output }: Run): Promise<string> {
  await expect.poll(output, { timeout: 30_000 }).toMatch(/Todo is at http/);
  return output().match(/Todo is at (http\S+)/)?.[1] ?? "";
}

function childPids({ child }: Run): number[] {
  const output = execFileSync("ps", ["-o", "pid=", "--ppid", String(child.pid)], { encoding: "utf8" });
  return output.trim().split(/\s+/).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const fileSize = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Listens on the port, or returns undefined if it is in use already. */
function occupyPort(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

test("started product works, and Ctrl-C stops all its processes", async ({ page, mode }) => {
  test.slow();
  const server = await occupyPort(3000);
  const run = await startSupervisor(mode, { PORT: "", WEB_PORT: "" });
  const url = await waitForUrl(run);
  // If another process has the port, it may release it at any time.
  if (server) {
    expect(url).not.toBe("http://localhost:3000");
    expect(run.output()).toMatch(/Port 3000 is in use, so the web app takes 30\d\d\. Set WEB_PORT to choose one\./);
  }
  const other = await startSupervisor(mode, {
    PORT: "",
    WEB_PORT: "",
    DATABASE_URL: "sqlite::memory:",
    AUTH_DATABASE_URL: `sqlite://${folder}/other.db`,
  });
  expect(await waitForUrl(other)).not.toBe(url);
  await signUp(page, undefined, url);
  await addTask(page, "Buy milk");
  await page.reload();
  await expect(taskCheckbox(page, "Buy milk")).toBeVisible();

  const pids = childPids(run);
  expect(pids).toHaveLength(2);
  run.child.kill("SIGINT");
  expect(await run.exitCode).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
  for (const name of ["todo", "auth"]) expect(fileSize(`${folder}/${name}.db-wal`), `WAL of ${name}`).toBe(0);
  server?.close();
});

test("forgotten password is replaced by the link that the terminal shows", async ({ page, mode }) => {
  test.slow();
  const run = await startSupervisor(mode);
  const url = await waitForUrl(run);
  const user = await signUp(page, undefined, url);
  await signOut(page, user);
  await page.getByRole("link", { name: "Forgotten your password?" }).click();
  await expect(page.getByText("the link appears in its terminal")).toBeVisible();
  await page.getByLabel("E-mail").fill(user.email);
  await page.getByRole("button", { name: "Send the link" }).click();
  const line = /^mail: Choose a new password: (http\S+) \(\S+\.eml\)$/m;
  await expect.poll(run.output).toMatch(line);
  expect(run.output()).not.toContain(user.email);
  await page.goto(run.output().match(line)?.[1] ?? "");
  const password = "four other unrelated words";
  await page.getByLabel("New password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByRole("heading", { name: "Your password is changed" }).waitFor();
  await page.goto(`${url}/sign-in`);
  await signIn(page, { ...user, password });
  await page.waitForURL("**/tasks");
  await page.goto(`${url}/settings`);
  await page.getByRole("button", { name: "Change e-mail address" }).click();
  await expect(page.getByText("the link appears in its terminal").last()).toBeVisible();
  await expect(page.getByLabel("New e-mail address")).toBeFocused();
});

test("printed curl command adds a task in shared-secret mode, and jwks mode prints where to get a token", async ({
  mode,
}) => {
  const secret = { BETTER_AUTH_SECRET: randomBytes(32).toString("base64") };
  const run = await startSupervisor(mode, secret);
  const url = await waitForUrl(run);
  if (mode === "jwks") {
    await expect.poll(run.output).toContain(`signed in, at ${url}/api/auth/api-token`);
    expect(run.output()).not.toContain("curl");
    return;
  }
  await expect.poll(run.output).toMatch(/^curl .*\n/m);
  const command = run.output().match(/^curl .*$/m)?.[0] ?? "";
  const { PATH = "" } = process.env;
  const env = { NODE_ENV: "production" as const, PATH, TODO_SERVER_BIN: BACKEND, ...secret };
  const output = execFileSync("bash", ["-c", command], { cwd: ROOT, env, encoding: "utf8", stdio: "pipe" });
  expect(output).toMatch(/^HTTP\/1\.1 201 /);
});

test("processes have their own variables only", async ({ mode }) => {
  test.skip(process.platform !== "linux", "requires /proc");
  const run = await startSupervisor(mode, {
    UNRELATED_SECRET: "of another program",
    TRUSTED_PROXIES: "10.0.0.0/8",
    TODO__AUTH__LEEWAY_SECONDS: "6",
  });
  await waitForUrl(run);
  const [web = [], backend = []] = childPids(run).map(variableNames);
  expect(web).toContain("AUTH_DATABASE_URL");
  expect(backend).toContain("DATABASE_URL");
  for (const names of [web, backend]) expect(names).not.toContain("UNRELATED_SECRET");
  for (const name of ["DATABASE_URL", "TODO__AUTH__LEEWAY_SECONDS"]) expect(web).not.toContain(name);
  for (const name of ["AUTH_DATABASE_URL", "TRUSTED_PROXIES", "API_TOKEN_MODE"]) expect(backend).not.toContain(name);
  expect(web).toContain("BETTER_AUTH_SECRET");
  expect(backend.includes("BETTER_AUTH_SECRET")).toBe(mode === "shared-secret");
});

const variableNames = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/environ`, "utf8")
    .split("\0")
    .map((variable) => variable.replace(/=.*/s, ""));

test("exit of one process stops the other", async ({ mode }) => {
  const run = await startSupervisor(mode);
  await waitForUrl(run);
  const pids = childPids(run);
  expect(pids).toHaveLength(2);
  process.kill(pids[1] ?? 0, "SIGKILL");
  expect(await run.exitCode).not.toBe(0);
  expect(run.output()).toMatch(/The (backend|web app) has ended \(SIGKILL\), so the rest stops as well\./);
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
});

test("second Ctrl-C stops a process that ignores the first", async ({ mode }) => {
  const backend = `${folder}/backend`;
  const source = `process.on("SIGTERM", () => {});
    require("node:http").createServer((_, response) => response.end()).listen(process.env.PORT, "127.0.0.1");`;
  writeFileSync(backend, `#!/usr/bin/env node\n${source}\n`, { mode: 0o755 });
  const run = await startSupervisor(mode, { TODO_SERVER_BIN: backend });
  await waitForUrl(run);
  const pids = childPids(run);
  expect(pids).toHaveLength(2);
  run.child.kill("SIGINT");
  await expect.poll(() => pids.filter(isAlive)).toHaveLength(1);
  run.child.kill("SIGINT");
  expect(await run.exitCode).toBe(0);
  expect(pids.filter(isAlive)).toEqual([]);
});

test("SIGKILL of the supervisor stops both processes", async ({ mode }) => {
  test.skip(process.platform !== "linux", "requires setpriv --pdeathsig");
  const run = await startSupervisor(mode);
  await waitForUrl(run);
  const pids = childPids(run);
  expect(pids).toHaveLength(2);
  run.child.kill("SIGKILL");
  await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([]);
});

test("configured port that is in use is not replaced", async ({ mode }) => {
  const port = await getPort();
  const server = await occupyPort(port);
  const run = await startSupervisor(mode, { WEB_PORT: String(port) });
  expect(await run.exitCode).toBe(1);
  expect(run.output()).toContain(`port ${port} for the web app is in use: free it, or set WEB_PORT to another`);
  server?.close();
});

test("placeholder secret and missing secret stop the start with one line", async ({ mode }) => {
  const run = await startSupervisor(mode, { BETTER_AUTH_SECRET: "better-auth-secret-12345678901234567890" });
  expect(await run.exitCode).not.toBe(0);
  expect(run.output()).toMatch(/BETTER_AUTH_SECRET.* placeholder/);

  const app = spawn(process.execPath, [APP], {
    env: { NODE_ENV: "production", PORT: String(await getPort()) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let output = "";
  app.stderr.on("data", (text) => (output += text));
  const [exitCode] = await once(app, "close");
  expect(exitCode).toBe(2);
  expect(output).toBe("web app: BETTER_AUTH_SECRET is missing: set it to the output of: openssl rand -base64 32\n");
});
