import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { DEFAULT_API_URL } from "./api-url.ts";
import { ConfigError } from "./config-error.ts";
import { type Secrets, secretsFrom } from "./secrets.ts";

/** How API tokens are signed: with the secret that the backend shares, or with a key pair that it knows by its JWK Set. */
export type ApiTokenMode = "shared-secret" | "jwks";

export type Config = {
  /** Where people reach this app: an origin, without a path. */
  baseUrl: string;
  /** Origins whose pages may sign in and out here. */
  trustedOrigins: string[];
  /** Addresses of reverse proxies whose X-Forwarded-For is believed; none by default. */
  trustedProxies: string[];
  secrets: Secrets;
  /** postgres://…, or the path of an embedded database. */
  database: { kind: "postgres"; url: string } | { kind: "embedded"; file: string };
  apiToken: { mode: ApiTokenMode; issuer: string; audience: string; lifeSeconds: number };
  /** Where the todo backend answers. */
  apiUrl: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment once and completely, so that a bad value stops the start instead of a request. */
export function parseConfig(environment: Environment, home: string): Config {
  const env = (name: string) => environment[name]?.trim() || undefined;
  const baseUrl = origin("BETTER_AUTH_URL", env("BETTER_AUTH_URL") ?? `http://localhost:${env("PORT") ?? "3000"}`);
  return {
    baseUrl,
    trustedOrigins: [
      ...aliases(baseUrl),
      ...list(env("TRUSTED_ORIGINS")).map((each) => origin("TRUSTED_ORIGINS", each)),
    ],
    trustedProxies: list(env("TRUSTED_PROXIES")).map(network),
    secrets: secretsFrom({
      secret: withFile(environment, "BETTER_AUTH_SECRET"),
      secrets: withFile(environment, "BETTER_AUTH_SECRETS"),
    }),
    database: database(
      env("AUTH_DATABASE_URL") ?? postgresOnly(withFile(environment, "DATABASE_URL")),
      `${home}/data/auth.db`,
    ),
    apiToken: {
      mode: mode(env("API_TOKEN_MODE") ?? "shared-secret"),
      // The backend's own settings, when both read one .env: then the two cannot disagree.
      issuer: env("TODO__AUTH__ISSUER") ?? baseUrl,
      audience: env("TODO__AUTH__AUDIENCE") ?? "todo-api",
      lifeSeconds: life(env("API_TOKEN_TTL") ?? "900"),
    },
    apiUrl: origin("API_URL", env("API_URL") ?? DEFAULT_API_URL),
  };
}

/** `NAME`, or the content of the file that `NAME_FILE` names (mounted secrets). */
function withFile(environment: Environment, name: string): string | undefined {
  if (environment[name]) return environment[name];
  const file = environment[`${name}_FILE`];
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch {
    throw new ConfigError(`${name}_FILE names a file that cannot be read: make it readable, or set ${name} itself`);
  }
}

function origin(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.hash || url.username)
    throw new ConfigError(`${name} must be an origin such as http://localhost:3000, without a path`);
  return url.origin;
}

/** On one's own machine localhost and 127.0.0.1 are the same place, and people type either. */
function aliases(baseUrl: string): string[] {
  const url = new URL(baseUrl);
  const local = ["localhost", "127.0.0.1", "[::1]"];
  if (!local.includes(url.hostname)) return [baseUrl];
  return local.map((host) => `${url.protocol}//${host}${url.port && `:${url.port}`}`);
}

function list(value: string | undefined): string[] {
  return (value ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
}

function network(value: string): string {
  const [address = "", prefix = "0", ...more] = value.split("/");
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (/^\d+$/.test(prefix) && Number(prefix) <= bits && more.length === 0) return value;
  throw new ConfigError("TRUSTED_PROXIES must list addresses or networks such as 10.0.0.0/8");
}

function postgresOnly(url: string | undefined): string | undefined {
  return url && isPostgres(url) ? url : undefined;
}

function isPostgres(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url);
}

function database(url: string | undefined, fallback: string): Config["database"] {
  if (!url) return { kind: "embedded", file: fallback };
  if (isPostgres(url)) return { kind: "postgres", url };
  const file = url.match(/^(?:sqlite|file):(?:\/\/)?([^?]+)/)?.[1];
  if (!file) throw new ConfigError("AUTH_DATABASE_URL must be postgres://… or sqlite://path/to/auth.db");
  return { kind: "embedded", file };
}

function mode(value: string): ApiTokenMode {
  if (value === "shared-secret" || value === "jwks") return value;
  throw new ConfigError("API_TOKEN_MODE must be shared-secret or jwks");
}

function life(value: string): number {
  const seconds = Number(value);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400) return seconds;
  throw new ConfigError("API_TOKEN_TTL must be a whole number of seconds from 1 to 86400 (900 are 15 minutes)");
}
