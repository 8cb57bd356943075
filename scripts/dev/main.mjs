// Starts the backend and the web app together and ends them together. Called by scripts/run and scripts/dev.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { environmentOf } from "./env.mjs";
import { Problem } from "./user-error.mjs";
import { Processes } from "./supervisor.mjs";
import { rebuildOnChange } from "./watch.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const isDev = process.argv.includes("--dev");

const NEXT_DEV = ["frontend/node_modules/next/dist/bin/next", "dev", "frontend"];
const NEXT_BUILT = ["frontend/.next/standalone/server.js"];

async function main() {
  const { backend, web, addresses } = await environmentOf(root);
  // Tests bring a backend that is built already.
  const server = process.env.TODO_SERVER_BIN ?? join(root, isDev ? "target/debug/todo-server" : "target/release/todo-server");
  if (!existsSync(server)) throw new Problem(`there is no ${server}: make run builds it`);

  const processes = new Processes(root);
  processes.endWithSignals();
  // Each brings its database up to date before it answers. The web app is first, because in jwks mode the backend asks it
  // for its keys at once, and waits a while before it asks again.
  processes.start("web app", process.execPath, isDev ? [...NEXT_DEV, "--hostname", web.HOSTNAME] : NEXT_BUILT, {
    ...web,
    NODE_ENV: isDev ? "development" : "production",
  });
  await processes.ready("web app", `${addresses.webLocally}/readyz`);
  processes.start("backend", server, ["serve"], backend);
  await processes.ready("backend", `${addresses.backend}/readyz`);
  if (isDev) rebuildOnChange(root, () => processes.restart("backend"));

  for (const note of addresses.notes) console.log(note);
  console.log(`\n  Todo is at ${addresses.web}\n  Ctrl-C stops it.\n`);
  const api = `  The API is at ${addresses.backend}, its documentation at ${addresses.backend}/docs;`;
  // No secret of ours signs what the public keys are for, so a token is had by whoever has an account.
  if (backend.TODO__AUTH__JWKS_URL)
    console.log(`${api} a token of yours, once you have\n  signed in, at ${addresses.web}/api/auth/api-token\n`);
  else console.log(`${api} from another terminal in this folder:\n\n${curlLine(backend, addresses.backend)}\n`);
}

/** For whoever came for the API: works as pasted, from another terminal in this folder. */
function curlLine({ TODO__AUTH__ISSUER: issuer, TODO__AUTH__AUDIENCE: audience }, address) {
  // Both may be others than .env says: the issuer follows the port.
  const token = `$(TODO__AUTH__ISSUER=${issuer} TODO__AUTH__AUDIENCE=${audience} scripts/issue-token demo)`;
  const headers = `-H "Authorization: Bearer ${token}" -H "Content-Type: application/json"`;
  return `curl -i ${address}/api/demo/tasks ${headers} -d '{"title": "Buy milk"}'`;
}

main().catch((error) => {
  console.error(error instanceof Problem ? `run: ${error.message}` : error);
  process.exit(1);
});
