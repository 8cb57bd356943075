import { getAuth, getSettings } from "../auth.ts";
import { stampClientAddress } from "./client-ip.ts";
import { SettingsError } from "./config-error.ts";
import { hushAborts } from "./ignore-aborted-requests.ts";

const BAD_CONFIGURATION = 2;

/** Checks the settings, brings the schema up to date and makes what the first request needs. */
export async function start(): Promise<void> {
  hushAborts();
  try {
    stampClientAddress(getSettings().trustedProxies);
    await getAuth();
  } catch (error) {
    if (error instanceof SettingsError) {
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
