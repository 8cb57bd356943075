// Starts the web app and the backend and stops them together. Called by scripts/run.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadEnvironment } from "./env.mjs";
import { Supervisor } from "./supervisor.mjs";
import { UserError } from "./user-error.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const isDev = process.argv.includes("--dev");

async function main() {
  // Tests set TODO_SERVER_BIN to a backend that is already built.
  const server = process.env.TODO_SERVER_BIN ?? join(root, isDev ? "target/debug/todo-server" : "target/release/todo-server");
  if (!existsSync(server)) throw new UserError(`there is no ${server}: make run builds it`);
  const { backend, web, apiUrl, webUrl, localWebUrl } = await loadEnvironment(root);

  const next = isDev
    ? ["frontend/node_modules/next/dist/bin/next", "dev", "frontend", "--hostname", web.HOSTNAME]
    : ["frontend/.next/standalone/server.js"];
  const webEnv = { ...web, NODE_ENV: isDev ? "development" : "production" };
  const supervisor = new Supervisor();
  // The web app is first: in jwks mode the backend fetches the keys at its start, and retries only after the cooldown.
  supervisor.start("web app", [process.execPath, ...next], { cwd: root, env: webEnv });
  await supervisor.waitUntilReady("web app", `${localWebUrl}/readyz`);
  const serve = [[server, "serve"], { cwd: root, env: backend }];
  supervisor.start("backend", ...serve);
  await supervisor.waitUntilReady("backend", `${apiUrl}/readyz`);
  if (isDev) {
    const { rebuildOnChange } = await import("./watch.mjs");
    rebuildOnChange(root, () => supervisor.restart("backend", ...serve));
  }

  console.log(`\n  Todo is at ${webUrl}\n  Ctrl-C stops it.\n`);
  const api = `  The API is at ${apiUrl}, its documentation at ${apiUrl}/docs;`;
  // In jwks mode the private key stays in the web app, so only a signed-in user can get a token.
  if (backend.TODO__AUTH__JWKS_URL) console.log(`${api} a token of yours, once you have\n  signed in, at ${webUrl}/api/auth/api-token\n`);
  else console.log(`${api} from another terminal in this folder:\n\n${curlCommand(backend, apiUrl)}\n`);
}

/** Issuer and audience are given explicitly: the issuer may differ from .env, since it follows the port. */
function curlCommand({ TODO__AUTH__ISSUER: issuer, TODO__AUTH__AUDIENCE: audience }, apiUrl) {
  const token = `$(TODO__AUTH__ISSUER=${issuer} TODO__AUTH__AUDIENCE=${audience} scripts/issue-token demo)`;
  const headers = `-H "Authorization: Bearer ${token}" -H "Content-Type: application/json"`;
  return `curl -i ${apiUrl}/api/demo/tasks ${headers} -d '{"title": "Buy milk"}'`;
}

main().catch((error) => {
  console.error(error instanceof UserError ? `run: ${error.message}` : error);
  process.exit(1);
});
