import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { choosePort } from "./ports.mjs";

const SECRETS = ["BETTER_AUTH_SECRET", "BETTER_AUTH_SECRETS", "BETTER_AUTH_SECRET_FILE", "BETTER_AUTH_SECRETS_FILE"];
const CLIENT_SECRETS = ["GITHUB_CLIENT_SECRET", "GOOGLE_CLIENT_SECRET", "OIDC_CLIENT_SECRET"].flatMap((name) => [
  name,
  `${name}_FILE`,
]);
const DATABASES = ["DATABASE_URL", "DATABASE_URL_FILE", "DATABASE_DIRECT_URL", "DATABASE_DIRECT_URL_FILE"];

/** What the operating system, the languages' runtimes and TLS read. */
const SYSTEM_VARIABLES = ["PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR"];

/** The backend's variables, beside its own prefix `TODO__`. In jwks mode it receives no secret. */
const BACKEND_VARIABLES = [...DATABASES, "HOST", "PORT", "RUST_LOG", "RUST_BACKTRACE"];

/** The web app's variables. A test compares them with those that its configuration reads. */
export const WEB_VARIABLES = [
  ...SECRETS,
  ...CLIENT_SECRETS,
  "API_TOKEN_MODE",
  "API_TOKEN_TTL",
  "API_URL",
  "AUTH_DATABASE_URL",
  "BETTER_AUTH_URL",
  "GITHUB_CLIENT_ID",
  "GOOGLE_CLIENT_ID",
  "HOSTNAME",
  "MAIL_FROM",
  "NODE_EXTRA_CA_CERTS",
  "NODE_OPTIONS",
  "OIDC_CLIENT_ID",
  "OIDC_ISSUER",
  "OIDC_NAME",
  "PASSWORD_RANGE_URL",
  "PORT",
  "REQUIRE_VERIFIED_EMAIL",
  "SMTP_URL",
  "SMTP_URL_FILE",
  "SOURCE_URL",
  "TODO__AUTH__AUDIENCE",
  "TODO__AUTH__ISSUER",
  "TRUSTED_ORIGINS",
  "TRUSTED_PROXIES",
];

/** Returns the environments and addresses of both processes. Variables of the shell override those of .env. */
export async function loadEnvironment(root, shell = process.env) {
  const file = join(root, ".env");
  const env = { ...(existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {}), ...shell };
  const get = (name, fallback) => env[name]?.trim() || fallback;

  const apiPort = await choosePort("PORT", get("PORT"), 8000, "the backend");
  const webPort = await choosePort("WEB_PORT", get("WEB_PORT"), 3000, "the web app");
  const apiUrl = `http://${get("HOST", "127.0.0.1").replace("0.0.0.0", "127.0.0.1")}:${apiPort}`;
  const localWebUrl = `http://127.0.0.1:${webPort}`;
  const webUrl = get("BETTER_AUTH_URL", `http://localhost:${webPort}`);

  // Issuer and audience are equal on both sides. The issuer of .env.example follows the port.
  const configuredIssuer = get("TODO__AUTH__ISSUER", "http://localhost:3000");
  const issuer = /^http:\/\/localhost:\d+$/.test(configuredIssuer) ? webUrl : configuredIssuer;
  const shared = {
    ...pick(env, (name) => SYSTEM_VARIABLES.includes(name)),
    TODO__AUTH__ISSUER: issuer,
    TODO__AUTH__AUDIENCE: get("TODO__AUTH__AUDIENCE", "todo-api"),
  };

  const usesKeyPair = get("API_TOKEN_MODE") === "jwks";
  const backendVariables = usesKeyPair ? BACKEND_VARIABLES : [...BACKEND_VARIABLES, ...SECRETS];
  const backend = {
    // With the prefix, so that the backend rejects a misspelt setting.
    ...pick(env, (name) => name.startsWith("TODO__") || backendVariables.includes(name)),
    ...shared,
    PORT: String(apiPort),
    RUST_LOG: get("RUST_LOG", "warn"),
    TODO__AUTH__REVOCATIONS_URL: get("TODO__AUTH__REVOCATIONS_URL", `${localWebUrl}/api/auth/revocations`),
    // The web app forwards the addresses of its clients.
    TODO__HTTP__TRUSTED_PROXIES: get("TODO__HTTP__TRUSTED_PROXIES", "127.0.0.1,::1"),
  };
  if (usesKeyPair) backend.TODO__AUTH__JWKS_URL = get("TODO__AUTH__JWKS_URL", `${localWebUrl}/api/auth/jwks`);

  const isPostgres = (url) => /^postgres(ql)?:\/\//.test(url ?? "");
  const web = {
    ...pick(env, (name) => WEB_VARIABLES.includes(name)),
    ...shared,
    PORT: String(webPort),
    HOSTNAME: get("WEB_HOST", "127.0.0.1"),
    BETTER_AUTH_URL: webUrl,
    API_URL: get("API_URL", apiUrl),
    // The backend's PostgreSQL is that of the accounts too, unless they have one of their own.
    AUTH_DATABASE_URL: get(
      "AUTH_DATABASE_URL",
      isPostgres(get("DATABASE_URL")) ? get("DATABASE_URL") : `sqlite://${root}/data/auth.db`,
    ),
    NEXT_TELEMETRY_DISABLED: "1",
  };
  return { backend, web, apiUrl, webUrl, localWebUrl };
}

/** The variables for programs that are neither process: compilers run code of their packages. */
export function withoutSecrets(env) {
  const secrets = [...SECRETS, ...CLIENT_SECRETS, ...DATABASES, "AUTH_DATABASE_URL", "SMTP_URL", "SMTP_URL_FILE"];
  return pick(env, (name) => !secrets.includes(name) && !name.startsWith("TODO__"));
}

const pick = (env, isWanted) => Object.fromEntries(Object.entries(env).filter(([name]) => isWanted(name)));
