import { ConfigError } from "./config-error.ts";

/** Where a provider sends the browser back to. */
export const CALLBACK_PATH = "/callback/:id";

export type SocialProviderId = "google" | "github" | "oidc";

/** The part of a provider that pages show. */
export type SocialProvider = { id: SocialProviderId; name: string };

/** A provider whose accounts can sign in here. `issuer` is that of the OpenID provider. */
export type SocialProviderConfig = SocialProvider & {
  clientId: string;
  clientSecret: string;
  issuer?: string;
};

/** Without the client secret, which must not reach a page. */
export const publicProviders = (providers: SocialProviderConfig[]): SocialProvider[] =>
  providers.map(({ id, name }) => ({ id, name }));

/** Reads a setting, or a secret from the variable or from its file. */
type Read = (name: string) => string | undefined;

const MAX_NAME_LENGTH = 40;

/** A provider is on when its client id and its client secret are set. */
export function parseSocialProviders(get: Read, getSecret: Read): SocialProviderConfig[] {
  return [
    parseProvider("google", "Google", "GOOGLE", get, getSecret),
    parseProvider("github", "GitHub", "GITHUB", get, getSecret),
    parseOpenIdProvider(get, getSecret),
  ].filter((provider) => provider !== undefined);
}

function parseProvider(
  id: SocialProviderId,
  name: string,
  prefix: string,
  get: Read,
  getSecret: Read,
): SocialProviderConfig | undefined {
  const values = readAllOrNone({
    [`${prefix}_CLIENT_ID`]: get(`${prefix}_CLIENT_ID`),
    [`${prefix}_CLIENT_SECRET`]: getSecret(`${prefix}_CLIENT_SECRET`),
  });
  if (!values) return undefined;
  const [clientId = "", clientSecret = ""] = values;
  return { id, name, clientId, clientSecret };
}

function parseOpenIdProvider(get: Read, getSecret: Read): SocialProviderConfig | undefined {
  const name = get("OIDC_NAME");
  const values = readAllOrNone({
    OIDC_ISSUER: get("OIDC_ISSUER"),
    OIDC_CLIENT_ID: get("OIDC_CLIENT_ID"),
    OIDC_CLIENT_SECRET: getSecret("OIDC_CLIENT_SECRET"),
  });
  if (!values) return undefined;
  const [issuer = "", clientId = "", clientSecret = ""] = values;
  const { host } = parseIssuer(issuer);
  if (name && ([...name].length > MAX_NAME_LENGTH || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name)))
    throw new ConfigError(`OIDC_NAME must be one line of at most ${MAX_NAME_LENGTH} characters`);
  return { id: "oidc", name: name ?? host, clientId, clientSecret, issuer };
}

/** Returns the values in their order, or undefined if none is set. */
function readAllOrNone(variables: Record<string, string | undefined>): string[] | undefined {
  const names = Object.keys(variables);
  const missing = names.filter((name) => !variables[name]);
  if (missing.length === names.length) return undefined;
  if (missing.length > 0)
    throw new ConfigError(`${missing.join(" and ")} is missing: set all of ${names.join(", ")}, or none of them`);
  return Object.values(variables).map(String);
}

/** https, because the client secret is sent to the endpoints that the issuer names. A loopback issuer is for development. */
function parseIssuer(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(url?.hostname ?? "");
  const isAllowed = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback);
  if (!url || !isAllowed || url.search || url.hash || url.username || url.password)
    throw new ConfigError(
      "OIDC_ISSUER must be an https URL such as https://id.example/realms/main, as the provider states it",
    );
  return url;
}

/** OpenID Connect Discovery 1.0 §4: below the issuer, whose slash at the end is left out. */
export const discoveryUrl = (issuer: string): string => `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
