import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type Auth, buildAuth } from "../auth.ts";
import { CLIENT_IP_HEADER } from "./client-ip.ts";
import { type Config, parseConfig } from "./config.ts";

/** A real Better Auth with a database of its own, for tests. */
export type Identity = { auth: Auth; settings: Config; environment: Record<string, string> };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export const freshSecret = (): string => randomBytes(32).toString("base64");

export async function identity(environment: Record<string, string> = {}): Promise<Identity> {
  const folder = mkdtempSync(join(tmpdir(), "todo-auth-"));
  folders.push(folder);
  const complete = {
    BETTER_AUTH_SECRET: freshSecret(),
    AUTH_DATABASE_URL: `sqlite://${folder}/auth.db`,
    ...environment,
  };
  const settings = parseConfig(complete, folder);
  return { auth: await buildAuth(settings), settings, environment: complete };
}

/** A request as a browser on this machine makes it. */
export function call(
  auth: Pick<Auth, "handler">,
  path: string,
  { body, cookie }: { body?: object; cookie?: string } = {},
) {
  const headers = new Headers({ origin: "http://localhost:3000", [CLIENT_IP_HEADER]: "192.0.2.1" });
  if (cookie) headers.set("cookie", cookie);
  if (body) headers.set("content-type", "application/json");
  const init = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
  return auth.handler(new Request(`http://localhost:3000/api/auth${path}`, init));
}

export const cookieOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");

let people = 0;

/** Signs somebody up. Gives their cookie. */
export async function signedUp(auth: Pick<Auth, "handler">): Promise<{ cookie: string; id: string; email: string }> {
  people += 1;
  const email = `person-${people}@example.com`;
  const response = await call(auth, "/sign-up/email", {
    body: { name: "Ada Quill", email, password: "a long phrase" },
  });
  const { user } = (await response.json()) as { user: { id: string } };
  return { cookie: cookieOf(response), id: user.id, email };
}
