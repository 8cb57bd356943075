import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { choosePort } from "./ports.mjs";

const SECRETS = ["BETTER_AUTH_SECRET", "BETTER_AUTH_SECRETS", "BETTER_AUTH_SECRET_FILE", "BETTER_AUTH_SECRETS_FILE"];

/** Returns the environments and addresses of both processes. Variables of the shell override those of .env. */
export async function loadEnvironment(root) {
  const file = join(root, ".env");
  const env = { ...(existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {}), ...process.env };
  const get = (name, fallback) => env[name]?.trim() || fallback;

  const apiPort = await choosePort("PORT", get("PORT"), 8000, "the backend");
  const webPort = await choosePort("WEB_PORT", get("WEB_PORT"), 3000, "the web app");
  const apiUrl = `http://${get("HOST", "127.0.0.1").replace("0.0.0.0", "127.0.0.1")}:${apiPort}`;
  const localWebUrl = `http://127.0.0.1:${webPort}`;
  const webUrl = get("BETTER_AUTH_URL", `http://localhost:${webPort}`);

  // Issuer and audience are equal on both sides. The issuer of .env.example follows the port.
  const configuredIssuer = get("TODO__AUTH__ISSUER", "http://localhost:3000");
  const issuer = /^http:\/\/localhost:\d+$/.test(configuredIssuer) ? webUrl : configuredIssuer;
  const shared = { ...env, TODO__AUTH__ISSUER: issuer, TODO__AUTH__AUDIENCE: get("TODO__AUTH__AUDIENCE", "todo-api") };

  const backend = {
    ...shared,
    PORT: String(apiPort),
    RUST_LOG: get("RUST_LOG", "warn"),
    TODO__AUTH__REVOCATIONS_URL: get("TODO__AUTH__REVOCATIONS_URL", `${localWebUrl}/api/auth/revocations`),
    // The web app forwards the addresses of its clients.
    TODO__HTTP__TRUSTED_PROXIES: get("TODO__HTTP__TRUSTED_PROXIES", "127.0.0.1,::1"),
  };
  if (get("API_TOKEN_MODE") === "jwks") {
    // The backend verifies with the public keys and receives no secret.
    for (const name of SECRETS) backend[name] = "";
    backend.TODO__AUTH__JWKS_URL = get("TODO__AUTH__JWKS_URL", `${localWebUrl}/api/auth/jwks`);
  }
  const usesPostgres = /^postgres(ql)?:\/\//.test(get("DATABASE_URL"));
  const web = {
    ...shared,
    PORT: String(webPort),
    HOSTNAME: get("WEB_HOST", "127.0.0.1"),
    BETTER_AUTH_URL: webUrl,
    API_URL: get("API_URL", apiUrl),
    AUTH_DATABASE_URL: get("AUTH_DATABASE_URL", usesPostgres ? "" : `sqlite://${root}/data/auth.db`),
    NEXT_TELEMETRY_DISABLED: "1",
  };
  return { backend, web, apiUrl, webUrl, localWebUrl };
}
