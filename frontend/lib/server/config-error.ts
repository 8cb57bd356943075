/** A setting that cannot be used. The message names the variable and the mend, and never holds the value of a secret. */
export class ConfigError extends Error {
  override name = "ConfigError";
}
