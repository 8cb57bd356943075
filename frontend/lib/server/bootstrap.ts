import { getAuth, getConfig } from "../auth.ts";
import { installClientIpHeader } from "./client-ip.ts";
import { ConfigError } from "./config-error.ts";
import { ignoreAbortedRequestErrors } from "./ignore-aborted-requests.ts";

const BAD_CONFIGURATION = 2;

/** Checks the settings, brings the schema up to date and makes what the first request needs. */
export async function start(): Promise<void> {
  ignoreAbortedRequestErrors();
  try {
    installClientIpHeader(getConfig().trustedProxies);
    await getAuth();
  } catch (error) {
    if (error instanceof ConfigError) {
      console.error(`web app: ${error.message}`);
      process.exit(BAD_CONFIGURATION);
    }
    console.error(
      "web app: the auth database cannot be used:",
      error instanceof Error ? error.message : "unknown reason",
    );
    process.exit(1);
  }
}
