import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import getPort from "get-port";
import Libsql from "libsql";
import { type Mailbox, startMailbox } from "./mailbox.ts";

export type TokenMode = "shared-secret" | "jwks";

/** The built web app and the backend on free ports, with temporary databases. */
export type Stack = {
  mode: TokenMode;
  baseUrl: string;
  apiUrl: string;
  secret: string;
  folder: string;
  /** Changes the web app's database, as time or another process would. */
  runSql: (statement: string, values: string[]) => void;
  /** Receives the mails of the web app. */
  mailbox: Mailbox;
  stopApp: () => Promise<void>;
  /** The settings override the defaults; an empty value counts as not set. */
  startApp: (settings?: Settings) => Promise<void>;
  stopBackend: () => Promise<void>;
  startBackend: (settings?: Settings) => Promise<void>;
  /** Starts another backend on the same database. It stops with the stack. */
  startReplica: (settings?: Settings) => Promise<Replica>;
  stop: () => Promise<void>;
};

export type Replica = { apiUrl: string; pid: number };

type Settings = Record<string, string>;
type StackOptions = {
  mode: TokenMode;
  tokenTtlSeconds?: number;
  /** Of the web app, each time it starts. */
  settings?: Settings;
};

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 5_000;

const FRONTEND = fileURLToPath(new URL("..", import.meta.url));
export const BACKEND = resolve(FRONTEND, process.env.TODO_SERVER_BIN ?? "../target/debug/todo-server");
export const APP = join(FRONTEND, ".next/standalone/server.js");

export async function startStack({ mode, tokenTtlSeconds = 900, settings: appSettings }: StackOptions): Promise<Stack> {
  if (!existsSync(BACKEND)) throw new Error(`there is no backend at ${BACKEND}: cargo build, or set TODO_SERVER_BIN`);
  if (!existsSync(APP)) throw new Error("the web app is not built: npm run build");
  const folder = mkdtempSync(join(tmpdir(), "todo-e2e-"));
  const [webPort, apiPort] = [await getPort(), await getPort()];
  const [baseUrl, apiUrl] = [`http://localhost:${webPort}`, `http://127.0.0.1:${apiPort}`];
  const secret = randomBytes(32).toString("base64");
  const mailbox = await startMailbox();
  const tokenSettings = { TODO__AUTH__ISSUER: baseUrl, TODO__AUTH__AUDIENCE: "todo-api" };

  let app: ChildProcess | undefined;
  const startApp = async (settings: Settings = {}) => {
    app = spawnServer(process.execPath, [APP], {
      ...tokenSettings,
      BETTER_AUTH_SECRET: secret,
      BETTER_AUTH_URL: baseUrl,
      AUTH_DATABASE_URL: `sqlite://${folder}/auth.db`,
      API_TOKEN_MODE: mode,
      API_TOKEN_TTL: String(tokenTtlSeconds),
      API_URL: apiUrl,
      SMTP_URL: mailbox.url,
      // Rate limits count per client IP address, and each test has its own.
      TRUSTED_PROXIES: "127.0.0.1,::1",
      HOSTNAME: "localhost",
      PORT: String(webPort),
      ...appSettings,
      ...settings,
    });
    await waitForOk(`${baseUrl}/readyz`, app);
  };
  const stopApp = () => stopServer(app);
  await startApp();

  const spawnBackend = (port: number, settings: Settings) =>
    spawnServer(BACKEND, ["serve"], {
      ...tokenSettings,
      // In jwks mode the backend receives no secret, so only the public keys can verify a token.
      ...(mode === "jwks" ? { TODO__AUTH__JWKS_URL: `${baseUrl}/api/auth/jwks` } : { BETTER_AUTH_SECRET: secret }),
      TODO__AUTH__REVOCATIONS_URL: `${baseUrl}/api/auth/revocations`,
      TODO__AUTH__LEEWAY_SECONDS: "0",
      DATABASE_URL: `sqlite://${folder}/todo.db?mode=rwc`,
      TODO__HTTP__TRUSTED_PROXIES: "127.0.0.1,::1",
      HOST: "127.0.0.1",
      PORT: String(port),
      RUST_LOG: "warn",
      // Tests under load send more requests than a user may.
      TODO__LIMITS__REQUESTS_PER_MINUTE: "0",
      ...settings,
    });

  let backend: ChildProcess | undefined;
  const startBackend = async (settings: Settings = {}) => {
    backend = spawnBackend(apiPort, settings);
    await waitForOk(`${apiUrl}/livez`, backend);
  };
  const stopBackend = () => stopServer(backend);
  await startBackend();

  const replicas: ChildProcess[] = [];
  const startReplica = async (settings: Settings = {}) => {
    const port = await getPort();
    const replica = spawnBackend(port, settings);
    replicas.push(replica);
    const replicaUrl = `http://127.0.0.1:${port}`;
    await waitForOk(`${replicaUrl}/livez`, replica);
    return { apiUrl: replicaUrl, pid: replica.pid ?? 0 };
  };

  return {
    mode,
    baseUrl,
    apiUrl,
    secret,
    folder,
    mailbox,
    runSql: (statement, values) => {
      const database = new Libsql(`${folder}/auth.db`);
      database.exec("PRAGMA busy_timeout = 5000");
      database.prepare(statement).run(...values);
      database.close();
    },
    startApp,
    stopApp,
    startBackend,
    stopBackend,
    startReplica,
    stop: async () => {
      await Promise.all([...replicas.map(stopServer), stopBackend(), stopApp()]);
      await mailbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function spawnServer(program: string, args: string[], env: Settings): ChildProcess {
  const { PATH = "", HOME = "" } = process.env;
  // Other variables are not inherited, so that the settings of this machine do not influence the tests.
  return spawn(program, args, {
    env: { PATH, HOME, NODE_ENV: "production", ...env },
    stdio: ["ignore", "ignore", "inherit"],
    cwd: tmpdir(),
  });
}

async function stopServer(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  child.kill("SIGTERM");
  await exited;
  clearTimeout(timer);
}

async function waitForOk(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`exited with ${child.exitCode} before it answered at ${url}`);
    const isOk = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (isOk) return;
    await delay(50);
  }
  throw new Error(`no answer at ${url}`);
}
