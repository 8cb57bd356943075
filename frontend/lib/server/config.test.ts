import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConfig } from "./config.ts";
import { freshSecret } from "./test-utils.ts";

const secret = freshSecret();
const read = (environment: Record<string, string>) =>
  parseConfig({ BETTER_AUTH_SECRET: secret, ...environment }, "/srv/todo");

describe("the secret", () => {
  it.each([
    [{}, /BETTER_AUTH_SECRET is missing.*openssl rand -base64 32/],
    [{ BETTER_AUTH_SECRET: "" }, /is missing/],
    [{ BETTER_AUTH_SECRET: "short" }, /has 5 bytes and needs 32/],
    [{ BETTER_AUTH_SECRET: "better-auth-secret-12345678901234567890" }, /placeholder/],
    [{ BETTER_AUTH_SECRET: "change-me-to-a-long-random-string-please" }, /placeholder/],
    [{ BETTER_AUTH_SECRET: "a".repeat(40) }, /placeholder/],
    [{ BETTER_AUTH_SECRETS: `2:${freshSecret()},1:short` }, /BETTER_AUTH_SECRETS has 5 bytes/],
    [{ BETTER_AUTH_SECRETS: `2:${freshSecret()}`, BETTER_AUTH_SECRET: "short" }, /BETTER_AUTH_SECRET has 5 bytes/],
    [{ BETTER_AUTH_SECRETS: freshSecret() }, /2:new-secret,1:old-secret/],
  ])("stops the start with the mend: %o", (environment, message) => {
    expect(() => parseConfig(environment as Record<string, string>, "/")).toThrow(message);
  });

  it("is never in the message", () => {
    const bad = "hunter2-hunter2-but-only-31-byt";
    expect(() => parseConfig({ BETTER_AUTH_SECRET: bad }, "/")).not.toThrow(bad);
  });

  it("may stand in a file", () => {
    const folder = mkdtempSync(join(tmpdir(), "todo-secret-"));
    writeFileSync(join(folder, "secret"), `${secret}\n`);
    const settings = parseConfig({ BETTER_AUTH_SECRET_FILE: join(folder, "secret") }, "/");
    expect(settings.secrets.current).toBe(secret);
    rmSync(folder, { recursive: true });
  });
});

describe("the database", () => {
  it("is a file beside the app unless something else is set", () => {
    expect(read({}).database).toEqual({ kind: "embedded", file: "/srv/todo/data/auth.db" });
    expect(read({ AUTH_DATABASE_URL: "sqlite:///var/auth.db" }).database).toEqual({
      kind: "embedded",
      file: "/var/auth.db",
    });
  });

  it("is the backend's when that is PostgreSQL, unless it has its own", () => {
    expect(read({ DATABASE_URL: "postgres://h/todo" }).database).toEqual({
      kind: "postgres",
      url: "postgres://h/todo",
    });
    expect(read({ DATABASE_URL: "sqlite://data/todo.db?mode=rwc" }).database.kind).toBe("embedded");
    const both = read({ DATABASE_URL: "postgres://h/todo", AUTH_DATABASE_URL: "postgresql://h/auth" });
    expect(both.database).toEqual({ kind: "postgres", url: "postgresql://h/auth" });
  });
});

describe("the address", () => {
  it("is trusted under all of its names on one's own machine", () => {
    expect(read({}).trustedOrigins).toEqual(["http://localhost:3000", "http://127.0.0.1:3000", "http://[::1]:3000"]);
    expect(read({ PORT: "3100" }).baseUrl).toBe("http://localhost:3100");
  });

  it("is trusted alone anywhere else", () => {
    const settings = read({ BETTER_AUTH_URL: "https://todo.example", TRUSTED_ORIGINS: "https://www.todo.example" });
    expect(settings.trustedOrigins).toEqual(["https://todo.example", "https://www.todo.example"]);
    expect(settings.apiToken.issuer).toBe("https://todo.example");
  });
});

it.each([
  ["BETTER_AUTH_URL", "todo.example"],
  ["BETTER_AUTH_URL", "https://todo.example/app"],
  ["API_URL", "ftp://backend"],
  ["API_TOKEN_MODE", "none"],
  ["API_TOKEN_TTL", "15m"],
  ["AUTH_DATABASE_URL", "mysql://h/auth"],
  ["TRUSTED_ORIGINS", "everybody"],
  ["TRUSTED_PROXIES", "10.0.0.0/99"],
])("a bad value stops the start and names %s", (name, value) => {
  expect(() => read({ [name]: value })).toThrow(name);
});
