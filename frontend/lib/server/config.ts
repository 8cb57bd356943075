import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { dirname } from "node:path";
import { ConfigError } from "./config-error.ts";
import { parseSecrets, type Secrets } from "./secrets.ts";
import { parseSocialProviders, type SocialProviderConfig } from "./social-providers.ts";

/** The default address of the backend. */
export const DEFAULT_API_URL = "http://127.0.0.1:8000";

/** API tokens are signed with the secret that the backend shares, or with a key pair of the published JWK Set. */
export type ApiTokenMode = "shared-secret" | "jwks";

export type Config = {
  /** The public origin of this app. */
  baseUrl: string;
  /** Origins whose pages may sign in and out here. */
  trustedOrigins: string[];
  /** Addresses of reverse proxies whose X-Forwarded-For is trusted; none by default. */
  trustedProxies: string[];
  secrets: Secrets;
  database: DatabaseConfig;
  apiToken: ApiTokenConfig;
  /** The origin of the backend. */
  apiUrl: string;
  mail: MailConfig;
  /** Whether nobody is signed in before the address is confirmed. */
  requireVerifiedEmail: boolean;
  /** A service with the range API of Have I Been Pwned, up to the digits of the hash; none by default. */
  passwordRangeUrl: string | undefined;
  /** The providers whose accounts can sign in here; none by default. */
  socialProviders: SocialProviderConfig[];
  /** Where the source code of this app is, for the link on the landing page; no link by default. */
  sourceUrl: string | undefined;
};

/** Without `smtpUrl` mails are written to files in `folder`, and with `printsLinks` their links to the terminal. */
export type MailConfig = { smtpUrl: string | undefined; from: string; folder: string; printsLinks: boolean };

/** postgres://…, or the path of an embedded database. */
export type DatabaseConfig = { kind: "postgres"; url: string } | { kind: "embedded"; file: string };

export type ApiTokenConfig = {
  mode: ApiTokenMode;
  issuer: string;
  audience: string;
  lifetimeSeconds: number;
  /** Whether users who have not confirmed their address in time can only read. */
  limitsUnverifiedUsers: boolean;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Parses the whole environment, so that an invalid value stops the start and not a request. */
export function parseConfig(environment: Environment, projectRoot: string): Config {
  const get = (name: string) => environment[name]?.trim() || undefined;
  const baseUrl = parseOrigin("BETTER_AUTH_URL", get("BETTER_AUTH_URL") ?? `http://localhost:${get("PORT") ?? "3000"}`);
  const smtpUrl = parseSmtpUrl(readSecret(environment, "SMTP_URL"));
  // A link is a secret, which does not belong into the log of a server.
  const printsLinks = baseUrl.startsWith("http:");
  const requireVerifiedEmail = parseBoolean("REQUIRE_VERIFIED_EMAIL", get("REQUIRE_VERIFIED_EMAIL") ?? "false");
  if (requireVerifiedEmail && !smtpUrl && !printsLinks)
    throw new ConfigError("REQUIRE_VERIFIED_EMAIL needs SMTP_URL: without mail nobody could sign up");
  const database = parseDatabaseUrl(
    get("AUTH_DATABASE_URL") ?? postgresUrl(readSecret(environment, "DATABASE_URL")),
    `${projectRoot}/data/auth.db`,
  );
  return {
    baseUrl,
    trustedOrigins: [
      ...withLoopbackAliases(baseUrl),
      ...parseList(get("TRUSTED_ORIGINS")).map((each) => parseOrigin("TRUSTED_ORIGINS", each)),
    ],
    trustedProxies: parseList(get("TRUSTED_PROXIES")).map(parseNetwork),
    secrets: parseSecrets({
      secret: readSecret(environment, "BETTER_AUTH_SECRET"),
      secrets: readSecret(environment, "BETTER_AUTH_SECRETS"),
    }),
    database,
    apiToken: {
      mode: parseMode(get("API_TOKEN_MODE") ?? "shared-secret"),
      // The backend's variables, so that both agree when they read the same .env file.
      issuer: get("TODO__AUTH__ISSUER") ?? baseUrl,
      audience: get("TODO__AUTH__AUDIENCE") ?? "todo-api",
      lifetimeSeconds: parseLifetime(get("API_TOKEN_TTL") ?? "900"),
      // Without a mail server nobody could confirm an address.
      limitsUnverifiedUsers: smtpUrl !== undefined,
    },
    apiUrl: parseOrigin("API_URL", get("API_URL") ?? DEFAULT_API_URL),
    mail: {
      smtpUrl,
      from: parseSender(get("MAIL_FROM") ?? `Todo <todo@${new URL(baseUrl).hostname}>`),
      // Beside the embedded database, with the other data of this machine.
      folder: `${database.kind === "embedded" ? dirname(database.file) : `${projectRoot}/data`}/mail`,
      printsLinks,
    },
    requireVerifiedEmail,
    passwordRangeUrl: parsePasswordRangeUrl(get("PASSWORD_RANGE_URL")),
    socialProviders: parseSocialProviders(get, (name) => readSecret(environment, name)?.trim() || undefined),
    sourceUrl: parseSourceUrl(get("SOURCE_URL")),
  };
}

/** The value of `NAME`, or the content of the file that `NAME_FILE` names (mounted secrets). */
function readSecret(environment: Environment, name: string): string | undefined {
  if (environment[name]) return environment[name];
  const file = environment[`${name}_FILE`];
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch {
    throw new ConfigError(`${name}_FILE names a file that cannot be read: make it readable, or set ${name} itself`);
  }
}

function parseOrigin(name: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search || url.hash || url.username)
    throw new ConfigError(`${name} must be an origin such as http://localhost:3000, without a path`);
  return url.origin;
}

/** Without a query: options of the transport are not settings of this app. */
function parseSmtpUrl(value: string | undefined): string | undefined {
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isSmtp = url && /^smtps?:$/.test(url.protocol) && url.hostname !== "";
  if (!isSmtp || !/^\/?$/.test(url.pathname) || url.search || url.hash || !isDecodable(url.username + url.password))
    throw new ConfigError(
      "SMTP_URL must look like smtp://user:password@mail.example.com:587, or smtps://… for port 465, with special characters percent-encoded",
    );
  return url.href;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** One address, with or without a name. */
function parseSender(value: string): string {
  if (/^(?:[^<>@,;:\p{Cc}]+ <[^<>@\s,;]+@[^<>@\s,;]+>|[^<>@\s,;]+@[^<>@\s,;]+)$/u.test(value)) return value;
  throw new ConfigError("MAIL_FROM must be an e-mail address such as todo@example.com or Todo <todo@example.com>");
}

const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/** https, because a part of a password's hash is in the path. */
function parsePasswordRangeUrl(value: string | undefined): string | undefined {
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isPrivate = url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK_HOSTS.includes(url.hostname));
  if (!url || !isPrivate || url.search || url.hash || url.username || url.password)
    throw new ConfigError("PASSWORD_RANGE_URL must be an https URL such as https://api.pwnedpasswords.com/range/");
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

function parseSourceUrl(value: string | undefined): string | undefined {
  if (!value) return undefined;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new ConfigError("SOURCE_URL must be the address of a page such as https://git.example/todo");
  return url.href;
}

/** A loopback origin is trusted under all loopback names, because users type any of them. */
function withLoopbackAliases(baseUrl: string): string[] {
  const url = new URL(baseUrl);
  if (!LOOPBACK_HOSTS.includes(url.hostname)) return [baseUrl];
  return LOOPBACK_HOSTS.map((host) => `${url.protocol}//${host}${url.port && `:${url.port}`}`);
}

function parseList(value: string | undefined): string[] {
  return (value ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
}

function parseNetwork(value: string): string {
  const [address = "", prefix = "0", ...rest] = value.split("/");
  const maxPrefix = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (/^\d+$/.test(prefix) && Number(prefix) <= maxPrefix && rest.length === 0) return value;
  throw new ConfigError("TRUSTED_PROXIES must list addresses or networks such as 10.0.0.0/8");
}

const isPostgresUrl = (url: string): boolean => /^postgres(ql)?:\/\//.test(url);

/** The backend's database is shared only if it is PostgreSQL. */
function postgresUrl(url: string | undefined): string | undefined {
  return url && isPostgresUrl(url) ? url : undefined;
}

function parseDatabaseUrl(url: string | undefined, defaultFile: string): DatabaseConfig {
  if (!url) return { kind: "embedded", file: defaultFile };
  if (isPostgresUrl(url)) return { kind: "postgres", url };
  const file = url.match(/^(?:sqlite|file):(?:\/\/)?([^?]+)/)?.[1];
  if (!file) throw new ConfigError("AUTH_DATABASE_URL must be postgres://… or sqlite://path/to/auth.db");
  return { kind: "embedded", file };
}

function parseMode(value: string): ApiTokenMode {
  if (value === "shared-secret" || value === "jwks") return value;
  throw new ConfigError("API_TOKEN_MODE must be shared-secret or jwks");
}

function parseBoolean(name: string, value: string): boolean {
  if (value === "true" || value === "false") return value === "true";
  throw new ConfigError(`${name} must be true or false`);
}

function parseLifetime(value: string): number {
  const seconds = Number(value);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400) return seconds;
  throw new ConfigError("API_TOKEN_TTL must be a whole number of seconds from 1 to 86400 (900 are 15 minutes)");
}
