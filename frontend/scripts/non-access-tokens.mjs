// A second Better Auth instance on the secret, keys and database of the web app, with the features that sign other tokens.
import { betterAuth } from "better-auth";
import { jwt } from "better-auth/plugins";
import { SqliteDialect } from "kysely";
import Libsql from "libsql";

export async function createNonAccessTokens({ baseUrl, secret, mode, databaseFile }) {
  const database = new Libsql(databaseFile);
  database.exec("PRAGMA busy_timeout = 5000");
  let emailVerification = "";
  const auth = betterAuth({
    baseURL: baseUrl,
    secret,
    database: { dialect: new SqliteDialect({ database }), type: "sqlite" },
    emailAndPassword: { enabled: true },
    emailVerification: {
      sendVerificationEmail: async ({ token }) => {
        emailVerification = token;
      },
    },
    session: { cookieCache: { enabled: true, strategy: "jwt", maxAge: 300 } },
    plugins: mode === "jwks" ? [jwt({ sessionCookieCache: true })] : [],
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
  });
  const newUser = { name: "Eve", email: `eve-${Date.now()}@example.com`, password: "a long phrase" };
  const response = await auth.handler(
    new Request(`${baseUrl}/api/auth/sign-up/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: baseUrl },
      body: JSON.stringify(newUser),
    }),
  );
  const { user, token } = await response.json();
  await auth.api.sendVerificationEmail({ body: { email: newUser.email } });
  const cookies = response.headers.getSetCookie();
  const sessionCache =
    cookies.map((cookie) => cookie.match(/^better-auth\.session_data=([^;]+)/)?.[1]).find(Boolean) ?? "";
  database.close();
  return { userId: user.id, sessionCache: decodeURIComponent(sessionCache), emailVerification, opaqueSession: token };
}
