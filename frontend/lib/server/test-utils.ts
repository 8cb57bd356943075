import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type Auth, createAuth } from "../auth.ts";
import { CLIENT_IP_HEADER } from "./client-ip.ts";
import { parseConfig } from "./config.ts";
import { REQUEST_ID_HEADER } from "./incoming-requests.ts";
import { createRecordingMailer, type RecordedMail } from "./mail/test-mailer.ts";

/** A Better Auth instance with a database of its own, and the environment that it was created from. */
export type TestAuth = { auth: Auth; environment: Record<string, string>; mails: RecordedMail[] };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export const createSecret = (): string => randomBytes(32).toString("base64");

/** The environment of an instance with a database of its own. */
export function createTestEnvironment(variables: Record<string, string> = {}): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "todo-auth-"));
  folders.push(folder);
  return { BETTER_AUTH_SECRET: createSecret(), AUTH_DATABASE_URL: `sqlite://${folder}/auth.db`, ...variables };
}

export async function createTestAuth(variables: Record<string, string> = {}): Promise<TestAuth> {
  const environment = createTestEnvironment(variables);
  const mailer = createRecordingMailer();
  return { auth: await createAuth(parseConfig(environment, ""), mailer), environment, mails: mailer.mails };
}

/** Sends a request as a browser on this machine does. */
export function sendRequest(
  auth: Pick<Auth, "handler">,
  path: string,
  { body, cookie }: { body?: object; cookie?: string } = {},
): Promise<Response> {
  const headers = new Headers({
    origin: "http://localhost:3000",
    [CLIENT_IP_HEADER]: "192.0.2.1",
    [REQUEST_ID_HEADER]: randomUUID(),
  });
  if (cookie) headers.set("cookie", cookie);
  if (body) headers.set("content-type", "application/json");
  const init = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
  return auth.handler(new Request(`http://localhost:3000/api/auth${path}`, init));
}

/** The cookies that the response sets, as a request header. */
export const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");

/** The token of the link in the newest mail to this address. */
export function linkTokenOf(mails: RecordedMail[], email: string): string {
  const url = mails.findLast(({ to, action }) => to === email && action?.url.includes("#token="))?.action?.url;
  return url?.split("#token=")[1] ?? "";
}

/** The part of an instance that {@link allowSensitiveActions} uses. */
type SessionStore = {
  $context: Promise<{
    tables: Record<string, { fields: object }>;
    adapter: { updateMany: (data: { model: string; where: []; update: object }) => Promise<number> };
  }>;
};

/** Every session is as after a confirmation of the password, without the time of a hash. */
export async function allowSensitiveActions(auth: SessionStore): Promise<void> {
  const { adapter, tables } = await auth.$context;
  if ("reauthenticatedAt" in (tables.session?.fields ?? {}))
    await adapter.updateMany({ model: "session", where: [], update: { reauthenticatedAt: new Date() } });
}

/** A personal access token of the session's user, and its id. */
export async function createPersonalToken(
  auth: Pick<Auth, "handler"> & SessionStore,
  cookie: string,
  body: { name?: string; scopes?: string[]; days?: number } = {},
): Promise<{ token: string; id: string }> {
  await allowSensitiveActions(auth);
  const response = await sendRequest(auth, "/personal-tokens/create", {
    body: { name: "Backup", scopes: ["tasks:read"], days: 30, ...body },
    cookie,
  });
  const { token, personalToken } = (await response.json()) as { token: string; personalToken: { id: string } };
  return { token, id: personalToken.id };
}

let users = 0;

/** The password of every user that {@link signUpUser} signs up. */
export const PASSWORD = "a long phrase";

/** Signs up a new user. Returns the cookie of the session. */
export async function signUpUser(auth: Pick<Auth, "handler">): Promise<{ cookie: string; id: string; email: string }> {
  users += 1;
  const email = `user-${users}@example.com`;
  const response = await sendRequest(auth, "/sign-up/email", {
    body: { name: "Ada Quill", email, password: PASSWORD },
  });
  const { user } = (await response.json()) as { user: { id: string } };
  return { cookie: cookiesOf(response), id: user.id, email };
}
