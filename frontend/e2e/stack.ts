import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export type Mode = "shared-secret" | "jwks";

/** The whole product: the built app and the real backend on free ports, with databases of their own. */
export type Stack = {
  mode: Mode;
  baseUrl: string;
  apiUrl: string;
  secret: string;
  folder: string;
  stopApp: () => Promise<void>;
  /** With other settings, if wanted: an empty one counts as not set. */
  startApp: (settings?: Settings) => Promise<void>;
  stopBackend: () => Promise<void>;
  startBackend: (settings?: Settings) => Promise<void>;
  stop: () => Promise<void>;
};

type Settings = Record<string, string>;
type Options = { mode: Mode; tokenLifeSeconds?: number };

const FRONTEND = fileURLToPath(new URL("..", import.meta.url));
export const BACKEND = resolve(FRONTEND, process.env.TODO_SERVER_BIN ?? "../target/debug/todo-server");
export const APP = join(FRONTEND, ".next/standalone/server.js");

export async function startStack({ mode, tokenLifeSeconds = 900 }: Options): Promise<Stack> {
  if (!existsSync(BACKEND)) throw new Error(`there is no backend at ${BACKEND}: cargo build, or set TODO_SERVER_BIN`);
  if (!existsSync(APP)) throw new Error("the app is not built: npm run build");
  const folder = mkdtempSync(join(tmpdir(), "todo-e2e-"));
  const [webPort, apiPort] = [await freePort(), await freePort()];
  const [baseUrl, apiUrl] = [`http://localhost:${webPort}`, `http://127.0.0.1:${apiPort}`];
  const secret = randomBytes(32).toString("base64");
  const tokens = { TODO__AUTH__ISSUER: baseUrl, TODO__AUTH__AUDIENCE: "todo-api" };

  let app: ChildProcess | undefined;
  const startApp = async (settings: Settings = {}) => {
    app = run(process.execPath, [APP], {
      ...tokens,
      BETTER_AUTH_SECRET: secret,
      BETTER_AUTH_URL: baseUrl,
      AUTH_DATABASE_URL: `sqlite://${folder}/auth.db`,
      API_TOKEN_MODE: mode,
      API_TOKEN_TTL: String(tokenLifeSeconds),
      API_URL: apiUrl,
      // Each test comes from an address of its own, so that they do not use up each other's attempts.
      TRUSTED_PROXIES: "127.0.0.1,::1",
      HOSTNAME: "localhost",
      PORT: String(webPort),
      ...settings,
    });
    await until(`${baseUrl}/readyz`, app);
  };
  const stopApp = () => stop(app);
  await startApp();

  let backend: ChildProcess | undefined;
  const startBackend = async (settings: Settings = {}) => {
    backend = run(BACKEND, ["serve"], {
      ...tokens,
      // In jwks mode the backend does not know the secret: only the public keys can have let anybody in.
      ...(mode === "jwks" ? { TODO__AUTH__JWKS_URL: `${baseUrl}/api/auth/jwks` } : { BETTER_AUTH_SECRET: secret }),
      TODO__AUTH__LEEWAY_SECONDS: "0",
      DATABASE_URL: `sqlite://${folder}/todo.db?mode=rwc`,
      HOST: "127.0.0.1",
      PORT: String(apiPort),
      RUST_LOG: "warn",
      ...settings,
    });
    await until(`${apiUrl}/livez`, backend);
  };
  const stopBackend = () => stop(backend);
  await startBackend();

  return {
    mode,
    baseUrl,
    apiUrl,
    secret,
    folder,
    startApp,
    stopApp,
    startBackend,
    stopBackend,
    stop: async () => {
      await Promise.all([stopBackend(), stopApp()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function run(program: string, args: string[], env: Settings): ChildProcess {
  const { PATH = "", HOME = "" } = process.env;
  // Nothing else of our environment: settings of this machine must not leak into the test.
  return spawn(program, args, {
    env: { PATH, HOME, NODE_ENV: "production", ...env },
    stdio: ["ignore", "ignore", "inherit"],
    cwd: tmpdir(),
  });
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await Promise.race([ended, wait(5_000).then(() => child.kill("SIGKILL"))]);
}

async function until(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode} before it answered at ${url}`);
    const isUp = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return;
    await wait(50);
  }
  throw new Error(`no answer at ${url}`);
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "localhost", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
