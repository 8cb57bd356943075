import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { createAuthOptions } from "./server/auth-options.ts";
import { type Config, parseConfig } from "./server/config.ts";
import { openDatabase } from "./server/database.ts";
import { createMailer, type Mailer } from "./server/mail/mailer.ts";
import { projectRoot } from "./server/project-root.ts";
import { withResponseEvents } from "./server/security-events-plugin.ts";

export type Auth = Awaited<ReturnType<typeof createAuth>>;

/** Opens the database, migrates its schema and creates the Better Auth instance. */
export async function createAuth(config: Config, mailer: Mailer = createMailer(config.mail)) {
  const database = openDatabase(config.database);
  const getApiToken = async (headers: Headers) => (await auth.api.getDeletionToken({ headers })).token;
  const options = createAuthOptions(config, database, getApiToken, mailer);
  // Better Auth reads the schema once, when the instance is created.
  await database.withLock(async () => (await getMigrations(options)).runMigrations());
  const auth = withResponseEvents(betterAuth(options));
  // The first key is created under the lock: processes that start together would create one each.
  if (config.apiToken.mode === "jwks") await database.withLock(async () => void (await auth.api.ensureReadableKey()));
  return auth;
}

type Instance = { config: Config; auth: Promise<Auth> };

/** Next.js bundles this module several times. The instance is global, so that the process has only one. */
const globalInstance: { todoAuth?: Instance } = globalThis as { todoAuth?: Instance };

/** Created at the first call and not at import, because a build has neither secret nor database. */
function getInstance(): Instance {
  if (!globalInstance.todoAuth) {
    const config = parseConfig(process.env, projectRoot());
    globalInstance.todoAuth = { config, auth: createAuth(config) };
  }
  return globalInstance.todoAuth;
}

export const getAuth = (): Promise<Auth> => getInstance().auth;

export const getConfig = (): Config => getInstance().config;
