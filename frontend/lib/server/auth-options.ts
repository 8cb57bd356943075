import type { BetterAuthOptions } from "better-auth";
import { jwt } from "better-auth/plugins";
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH } from "../password-length.ts";
import { apiTokenPlugin } from "./api-token-plugin.ts";
import { CLIENT_IP_HEADER } from "./client-ip.ts";
import type { Config } from "./config.ts";
import type { Database } from "./database.ts";
import { deleteUserTasks } from "./delete-user-tasks.ts";
import { rateLimits } from "./rate-limits.ts";
import { revocationsPlugin } from "./revocations.ts";
import type { Secrets } from "./secrets.ts";
import { createServerTaskApi } from "./server-task-api.ts";
import { sessionCookieRotation } from "./session-cookie-rotation.ts";
import { signingKeyOptions } from "./signing-key.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** Better Auth's options: e-mail and password, sessions of a week, and access tokens for the backend. */
export function createAuthOptions(
  config: Config,
  database: Database,
  getApiToken: (headers: Headers) => Promise<string>,
) {
  const keys = signingKeyOptions(config.apiToken);
  return {
    baseURL: config.baseUrl,
    ...secretOptions(config.secrets),
    database: database.connection,
    trustedOrigins: config.trustedOrigins,
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_MIN_LENGTH,
      maxPasswordLength: PASSWORD_MAX_LENGTH,
    },
    // No cookie cache, so that a revoked session ends with its next request.
    session: { expiresIn: 7 * DAY_SECONDS, updateAge: DAY_SECONDS, freshAge: 0 },
    user: {
      deleteUser: {
        enabled: true,
        beforeDelete: async (user, request) => {
          const token = await getApiToken(request?.headers ?? new Headers());
          await deleteUserTasks(createServerTaskApi(config.apiUrl, user.id, token));
        },
      },
    },
    rateLimit: rateLimits,
    advanced: {
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
      useSecureCookies: config.baseUrl.startsWith("https:"),
      // Better Auth lists 100 rows by default, and would end a user's further sessions without recording them.
      database: { defaultFindManyLimit: 10_000 },
    },
    plugins: [
      sessionCookieRotation(config.secrets.older),
      apiTokenPlugin(config.apiToken, keys),
      revocationsPlugin(config.apiToken, keys),
      ...(keys ? [jwt(keys)] : []),
    ],
    // The jwt plugin's token endpoint. /api-token is the only one.
    disabledPaths: ["/token"],
    telemetry: { enabled: false },
    // Only the message: Better Auth's further arguments may contain personal data.
    logger: { level: "error", log: (level, message) => console.error(`auth ${level}: ${message}`) },
  } satisfies BetterAuthOptions;
}

function secretOptions({ current, versions, older }: Secrets) {
  if (!versions) return { secret: current };
  // Beside `secrets`, Better Auth decrypts data from before there were versions with `secret`.
  return { secrets: versions, secret: older.at(-1) ?? current };
}
