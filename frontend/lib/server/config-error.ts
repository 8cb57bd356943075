/** A setting is invalid. The message names the variable and the fix, and never contains the value of a secret. */
export class ConfigError extends Error {
  override name = "ConfigError";
}
