import { ConfigError } from "./config-error.ts";
import { isWeakSecret } from "./weak-secret.ts";

/** Better Auth signs with `current`. `older` secrets, newest first, are accepted while a secret is being changed. */
export type Secrets = {
  current: string;
  versions: { version: number; value: string }[] | undefined;
  older: string[];
};

const MIN_BYTES = 32;

/** Rejects the values that the backend rejects, so that a bad secret stops the start and not the first request. */
export function parseSecrets({ secret, secrets }: { secret?: string; secrets?: string }): Secrets {
  if (secrets) {
    const versions = secrets.split(",").map(parseVersion);
    for (const { value } of versions) validate("BETTER_AUTH_SECRETS", value);
    // As in the backend, the secret without a version is the oldest.
    if (secret) validate("BETTER_AUTH_SECRET", secret);
    const [current, ...older] = new Set([...versions.map(({ value }) => value), ...(secret ? [secret] : [])]);
    if (current) return { current, versions, older };
  }
  if (!secret)
    throw new ConfigError(`BETTER_AUTH_SECRET is missing: set it to the output of: openssl rand -base64 ${MIN_BYTES}`);
  validate("BETTER_AUTH_SECRET", secret);
  return { current: secret, versions: undefined, older: [] };
}

function parseVersion(entry: string): { version: number; value: string } {
  const match = entry.trim().match(/^(\d+):(.+)$/);
  if (!match?.[1] || !match[2])
    throw new ConfigError("BETTER_AUTH_SECRETS must look like 2:new-secret,1:old-secret, newest first");
  return { version: Number(match[1]), value: match[2] };
}

function validate(name: string, secret: string): void {
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
