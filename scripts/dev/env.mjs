import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { choosePort } from "./ports.mjs";

/** What each of the two processes is told: one .env for both, the shell's own variables first, and free ports. */
export async function environmentOf(root, shell = process.env) {
  const env = { ...dotenv(join(root, ".env")), ...shell };
  const set = (name) => env[name]?.trim() || undefined;
  const notes = [];

  const apiPort = await choosePort({ name: "PORT", explicit: set("PORT"), usual: 8000, what: "the backend", notes });
  const webPort = await choosePort({ name: "WEB_PORT", explicit: set("WEB_PORT"), usual: 3000, what: "the web app", notes });
  const webLocally = `http://127.0.0.1:${webPort}`;
  const base = set("BETTER_AUTH_URL") ?? `http://localhost:${webPort}`;
  const backendAddress = `http://${set("HOST")?.replace("0.0.0.0", "127.0.0.1") ?? "127.0.0.1"}:${apiPort}`;
  const mode = set("API_TOKEN_MODE") ?? "shared-secret";

  const shared = {
    ...env,
    // Both sides read these two, so they cannot disagree about them.
    TODO__AUTH__ISSUER: issuer(set("TODO__AUTH__ISSUER"), base),
    TODO__AUTH__AUDIENCE: set("TODO__AUTH__AUDIENCE") ?? "todo-api",
  };
  const backend = {
    ...shared,
    PORT: String(apiPort),
    // A line for each request is for servers; whoever wants it says RUST_LOG=info.
    RUST_LOG: set("RUST_LOG") ?? "warn",
    ...(mode === "jwks" && keysOnly(set("TODO__AUTH__JWKS_URL") ?? `${webLocally}/api/auth/jwks`)),
  };
  const web = {
    ...shared,
    PORT: String(webPort),
    HOSTNAME: set("WEB_HOST") ?? "127.0.0.1",
    BETTER_AUTH_URL: base,
    API_URL: set("API_URL") ?? backendAddress,
    AUTH_DATABASE_URL: set("AUTH_DATABASE_URL") ?? (isPostgres(set("DATABASE_URL")) ? "" : `sqlite://${root}/data/auth.db`),
    NEXT_TELEMETRY_DISABLED: "1",
  };
  return { backend, web, addresses: { web: base, webLocally, backend: backendAddress, notes } };
}

/** The issuer that .env.example proposes follows the port; one that somebody chose is kept. */
function issuer(configured, base) {
  return !configured || /^http:\/\/localhost:\d+$/.test(configured) ? base : configured;
}

/** With the public keys the backend needs no secret, so it gets none. */
function keysOnly(url) {
  const secrets = ["BETTER_AUTH_SECRET", "BETTER_AUTH_SECRETS", "BETTER_AUTH_SECRET_FILE", "BETTER_AUTH_SECRETS_FILE"];
  return { TODO__AUTH__JWKS_URL: url, ...Object.fromEntries(secrets.map((name) => [name, ""])) };
}

const isPostgres = (url) => /^postgres(ql)?:\/\//.test(url ?? "");

function dotenv(path) {
  const pairs = {};
  if (!existsSync(path)) return pairs;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const [, name, value] = line.match(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/) ?? [];
    if (name) pairs[name] = value.replace(/^(["'])(.*)\1$/, "$2");
  }
  return pairs;
}
