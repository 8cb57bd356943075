import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { loadEnvironment, withoutSecrets } from "./env.mjs";

const SECRET = "c2VjcmV0IG9mIHRoZSB0ZXN0cyB0aGF0IG5vYm9keSB1c2Vz";

const SHELL = {
  PATH: "/usr/bin",
  HOME: "/home/ann",
  AWS_SECRET_ACCESS_KEY: "of another program",
  DATABASE_URL: "sqlite://todo.db",
  AUTH_DATABASE_URL: "sqlite://auth.db",
  TODO__AUTH__LEEWAY_SECONDS: "6",
  TRUSTED_PROXIES: "10.0.0.0/8",
};

let root;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "todo-env-"));
  writeFileSync(join(root, ".env"), `BETTER_AUTH_SECRET=${SECRET}\nTODO__AUTH__AUDIENCE=api\n`);
});
afterEach(() => rmSync(root, { recursive: true }));

test("each process of make run gets only its own variables", async () => {
  const { backend, web } = await loadEnvironment(root, SHELL);
  const names = Object.keys(backend).sort();
  assert.deepEqual(names.filter((name) => !name.startsWith("TODO__")), [
    "BETTER_AUTH_SECRET",
    "DATABASE_URL",
    "HOME",
    "PATH",
    "PORT",
    "RUST_LOG",
  ]);
  for (const name of ["AUDIENCE", "ISSUER", "LEEWAY_SECONDS"]) assert.ok(names.includes(`TODO__AUTH__${name}`));
  assert.deepEqual(Object.keys(web).sort(), [
    "API_URL",
    "AUTH_DATABASE_URL",
    "BETTER_AUTH_SECRET",
    "BETTER_AUTH_URL",
    "HOME",
    "HOSTNAME",
    "NEXT_TELEMETRY_DISABLED",
    "PATH",
    "PORT",
    "TODO__AUTH__AUDIENCE",
    "TODO__AUTH__ISSUER",
    "TRUSTED_PROXIES",
  ]);
});

test("backend in jwks mode gets no secret", async () => {
  const { backend, web, localWebUrl } = await loadEnvironment(root, { ...SHELL, API_TOKEN_MODE: "jwks" });
  assert.ok(!JSON.stringify(backend).includes(SECRET));
  assert.equal(backend.TODO__AUTH__JWKS_URL, `${localWebUrl}/api/auth/jwks`);
  assert.equal(web.BETTER_AUTH_SECRET, SECRET);
});

test("client secret of a provider reaches the web app only", async () => {
  const { backend, web } = await loadEnvironment(root, { ...SHELL, GITHUB_CLIENT_SECRET: "of GitHub", GITHUB_CLIENT_ID: "todo" });
  assert.equal(web.GITHUB_CLIENT_SECRET, "of GitHub");
  assert.ok(!JSON.stringify(backend).includes("GITHUB"));
});

test("postgres url of the backend reaches the web app only where accounts have no database of their own", async () => {
  const url = "postgres://todo:password@db/todo";
  const own = await loadEnvironment(root, { ...SHELL, DATABASE_URL: url });
  assert.ok(!JSON.stringify(own.web).includes(url));
  const shared = await loadEnvironment(root, { ...SHELL, DATABASE_URL: url, AUTH_DATABASE_URL: "" });
  assert.equal(shared.web.AUTH_DATABASE_URL, url);
});

test("compiler gets no secret", () => {
  const env = { ...SHELL, BETTER_AUTH_SECRET: SECRET, OIDC_CLIENT_SECRET: SECRET, GOOGLE_CLIENT_SECRET_FILE: "/run/google", CARGO_HOME: "/cargo", TODO__AUTH__SECRET: SECRET };
  assert.deepEqual(Object.keys(withoutSecrets(env)).sort(), [
    "AWS_SECRET_ACCESS_KEY",
    "CARGO_HOME",
    "HOME",
    "PATH",
    "TRUSTED_PROXIES",
  ]);
});
