import { type BetterAuthOptions, betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { jwt } from "better-auth/plugins";
import { apiToken } from "./server/api-token-plugin.ts";
import { CLIENT_IP_HEADER } from "./server/client-ip.ts";
import { type Config, parseConfig } from "./server/config.ts";
import { type Database, openDatabase } from "./server/database.ts";
import { deleteUserTasks } from "./server/delete-user-tasks.ts";
import { projectRoot } from "./server/project-root.ts";
import { rateLimits } from "./server/rate-limits.ts";
import { createServerTaskApi } from "./server/server-task-api.ts";
import { sessionCookieRotation } from "./server/session-cookie-rotation.ts";
import { signingKeyOptions } from "./server/signing-key.ts";

const DAY = 24 * 60 * 60;

/** What Better Auth does for this app: e-mail and password, sessions of a week, and tokens for the todo backend. */
function optionsFor(settings: Config, database: Database, tokenFor: (headers: Headers) => Promise<string>) {
  const keys = signingKeyOptions(settings.apiToken);
  return {
    baseURL: settings.baseUrl,
    ...secretOptions(settings.secrets),
    database: database.connection,
    trustedOrigins: settings.trustedOrigins,
    emailAndPassword: { enabled: true, minPasswordLength: 8, maxPasswordLength: 128 },
    // No cookie cache: a session that was revoked is over at its next request.
    session: { expiresIn: 7 * DAY, updateAge: DAY, freshAge: 0 },
    user: {
      deleteUser: {
        enabled: true,
        beforeDelete: async (user, request) => {
          const token = await tokenFor(request?.headers ?? new Headers());
          await deleteUserTasks(createServerTaskApi(settings.apiUrl, user.id, token));
        },
      },
    },
    rateLimit: rateLimits,
    advanced: {
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
      useSecureCookies: settings.baseUrl.startsWith("https:"),
    },
    plugins: [
      sessionCookieRotation(settings.secrets.older),
      apiToken(settings.apiToken, keys),
      ...(keys ? [jwt(keys)] : []),
    ],
    // The jwt plugin's own way to a token: ours is the only one.
    disabledPaths: ["/token"],
    telemetry: { enabled: false },
    // Only the message: what Better Auth adds may name people.
    logger: { level: "error", log: (level, message) => console.error(`auth ${level}: ${message}`) },
  } satisfies BetterAuthOptions;
}

function secretOptions({ current, versions, older }: Config["secrets"]) {
  if (!versions) return { secret: current };
  // Beside versions, the plain one reads what was stored before there were any.
  return { secrets: versions, secret: older.at(-1) ?? current };
}

export type Auth = Awaited<ReturnType<typeof build>>;

async function build(settings: Config) {
  const database = openDatabase(settings.database);
  const tokenFor = async (headers: Headers) => (await auth.api.getApiToken({ headers })).token;
  const options = optionsFor(settings, database, tokenFor);
  // Better Auth looks at the schema once, when it is made, so the schema comes first.
  await database.alone(async () => (await getMigrations(options)).runMigrations());
  const auth = betterAuth(options);
  // The jwt plugin makes a key whenever it finds none: ten first calls at once would make ten.
  if (settings.apiToken.mode === "jwks") await database.alone(async () => void (await auth.api.ensureReadableKey()));
  return auth;
}

type Identity = { settings: Config; auth: Promise<Auth> };

/** Next bundles this module several times; the process has one identity all the same. */
const shared: { todoIdentity?: Identity } = globalThis as { todoIdentity?: Identity };

function identity(): Identity {
  if (!shared.todoIdentity) {
    const settings = parseConfig(process.env, projectRoot());
    shared.todoIdentity = { settings, auth: build(settings) };
  }
  return shared.todoIdentity;
}

/** Opened at the first call and not at import, since a build has neither secret nor database. */
export const getAuth = (): Promise<Auth> => identity().auth;

export const getConfig = (): Config => identity().settings;

/** For tests: an identity of its own, beside the process's. */
export const buildAuth = build;
