import { getAuth, getConfig } from "../auth.ts";
import type { MailConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { ignoreAbortedRequestErrors } from "./ignore-aborted-requests.ts";
import { installRequestPreparation } from "./incoming-requests.ts";

const EXIT_CONFIG_ERROR = 2;

/**
 * Parses the configuration, migrates the schema and creates the first signing key. Exits the process on an error. The
 * process's two monkey patches are installed here and nowhere else.
 */
export async function bootstrap(): Promise<void> {
  // Monkey patch of `console.error`.
  ignoreAbortedRequestErrors();
  try {
    const { baseUrl, trustedProxies } = getConfig();
    // Monkey patch of `http.Server.prototype.emit`.
    installRequestPreparation({ https: baseUrl.startsWith("https:"), trustedProxies });
    warnWithoutMail(getConfig().mail);
    await getAuth();
  } catch (error) {
    if (error instanceof ConfigError) {
      console.error(`web app: ${error.message}`);
      process.exit(EXIT_CONFIG_ERROR);
    }
    console.error(
      "web app: the auth database cannot be used:",
      error instanceof Error ? error.message : "unknown reason",
    );
    process.exit(1);
  }
}

function warnWithoutMail({ smtpUrl, printsLinks, folder }: MailConfig): void {
  if (smtpUrl || printsLinks) return;
  console.error(
    `WARNING: web app: SMTP_URL is not set, so no mail is sent: forgotten passwords cannot be replaced and addresses cannot be confirmed. Mails are written to ${folder} instead.`,
  );
}
