import { ConfigError } from "./config-error.ts";
import { isWeakSecret } from "./weak-secret.ts";

/** What Better Auth signs with, newest first; `older` are those still known while a secret is being changed. */
export type Secrets = {
  current: string;
  versions: { version: number; value: string }[] | undefined;
  older: string[];
};

const MIN_BYTES = 32;

/** The backend refuses the same values: better to hear of it here, before anybody signs in. */
export function secretsFrom(given: { secret: string | undefined; secrets: string | undefined }): Secrets {
  if (given.secrets) {
    const versions = given.secrets.split(",").map(parseVersion);
    for (const each of versions) check("BETTER_AUTH_SECRETS", each.value);
    // As in the backend: the one without a number comes last.
    if (given.secret) check("BETTER_AUTH_SECRET", given.secret);
    const [current, ...older] = new Set([
      ...versions.map(({ value }) => value),
      ...(given.secret ? [given.secret] : []),
    ]);
    if (current) return { current, versions, older };
  }
  if (!given.secret)
    throw new ConfigError(`BETTER_AUTH_SECRET is missing: set it to the output of: openssl rand -base64 ${MIN_BYTES}`);
  check("BETTER_AUTH_SECRET", given.secret);
  return { current: given.secret, versions: undefined, older: [] };
}

function parseVersion(entry: string): { version: number; value: string } {
  const match = entry.trim().match(/^(\d+):(.+)$/);
  if (!match?.[1] || !match[2])
    throw new ConfigError("BETTER_AUTH_SECRETS must look like 2:new-secret,1:old-secret, newest first");
  return { version: Number(match[1]), value: match[2] };
}

function check(name: string, secret: string): void {
  const bytes = Buffer.byteLength(secret);
  if (bytes < MIN_BYTES)
    throw new ConfigError(
      `${name} has ${bytes} bytes and needs ${MIN_BYTES}: openssl rand -base64 ${MIN_BYTES} makes one`,
    );
  if (isWeakSecret(secret))
    throw new ConfigError(
      `${name} is a placeholder that everybody can guess: openssl rand -base64 ${MIN_BYTES} makes a real one`,
    );
}
