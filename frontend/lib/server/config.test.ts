import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { WEB_VARIABLES } from "../../../scripts/dev/env.mjs";
import { parseConfig } from "./config.ts";
import { createSecret } from "./test-utils.ts";

const secret = createSecret();
const parseWithSecret = (environment: Record<string, string>) =>
  parseConfig({ BETTER_AUTH_SECRET: secret, ...environment }, "/srv/todo");

describe("the secret", () => {
  it.each([
    [{}, /BETTER_AUTH_SECRET is missing.*openssl rand -base64 32/],
    [{ BETTER_AUTH_SECRET: "" }, /is missing/],
    [{ BETTER_AUTH_SECRET: "short" }, /has 5 bytes and needs 32/],
    [{ BETTER_AUTH_SECRET: "better-auth-secret-12345678901234567890" }, /placeholder/],
    [{ BETTER_AUTH_SECRET: "change-me-to-a-long-random-string-please" }, /placeholder/],
    [{ BETTER_AUTH_SECRET: "a".repeat(40) }, /placeholder/],
    [{ BETTER_AUTH_SECRETS: `2:${createSecret()},1:short` }, /BETTER_AUTH_SECRETS has 5 bytes/],
    [{ BETTER_AUTH_SECRETS: `2:${createSecret()}`, BETTER_AUTH_SECRET: "short" }, /BETTER_AUTH_SECRET has 5 bytes/],
    [{ BETTER_AUTH_SECRETS: createSecret() }, /2:new-secret,1:old-secret/],
  ])("missing or invalid secret is rejected with the fix: %o", (environment, message) => {
    expect(() => parseConfig(environment as Record<string, string>, "/")).toThrow(message);
  });

  it("secret is not in the error message", () => {
    const invalid = "hunter2-hunter2-but-only-31-byt";
    expect(() => parseConfig({ BETTER_AUTH_SECRET: invalid }, "/")).toThrow("BETTER_AUTH_SECRET");
    expect(() => parseConfig({ BETTER_AUTH_SECRET: invalid }, "/")).not.toThrow(invalid);
  });

  it("secret is read from BETTER_AUTH_SECRET_FILE", () => {
    const folder = mkdtempSync(join(tmpdir(), "todo-secret-"));
    writeFileSync(join(folder, "secret"), `${secret}\n`);
    const config = parseConfig({ BETTER_AUTH_SECRET_FILE: join(folder, "secret") }, "/");
    expect(config.secrets.current).toBe(secret);
    rmSync(folder, { recursive: true });
  });
});

describe("the database", () => {
  it("database defaults to a file in the project", () => {
    expect(parseWithSecret({}).database).toEqual({ kind: "embedded", file: "/srv/todo/data/auth.db" });
    expect(parseWithSecret({ AUTH_DATABASE_URL: "sqlite:///var/auth.db" }).database).toEqual({
      kind: "embedded",
      file: "/var/auth.db",
    });
  });

  it("database is the backend's if that is PostgreSQL and AUTH_DATABASE_URL is not set", () => {
    expect(parseWithSecret({ DATABASE_URL: "postgres://h/todo" }).database).toEqual({
      kind: "postgres",
      url: "postgres://h/todo",
    });
    expect(parseWithSecret({ DATABASE_URL: "sqlite://data/todo.db?mode=rwc" }).database.kind).toBe("embedded");
    const both = parseWithSecret({ DATABASE_URL: "postgres://h/todo", AUTH_DATABASE_URL: "postgresql://h/auth" });
    expect(both.database).toEqual({ kind: "postgres", url: "postgresql://h/auth" });
  });
});

describe("the base URL", () => {
  it("loopback base URL is trusted under all loopback names", () => {
    expect(parseWithSecret({}).trustedOrigins).toEqual([
      "http://localhost:3000",
      "http://127.0.0.1:3000",
      "http://[::1]:3000",
    ]);
    expect(parseWithSecret({ PORT: "3100" }).baseUrl).toBe("http://localhost:3100");
  });

  it("public base URL is trusted beside TRUSTED_ORIGINS only, and is the issuer", () => {
    const config = parseWithSecret({
      BETTER_AUTH_URL: "https://todo.example",
      TRUSTED_ORIGINS: "https://www.todo.example",
    });
    expect(config.trustedOrigins).toEqual(["https://todo.example", "https://www.todo.example"]);
    expect(config.apiToken.issuer).toBe("https://todo.example");
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
  ["SOURCE_URL", "javascript:alert(1)"],
  ["SOURCE_URL", "git.example/todo"],
])("invalid value of %s is rejected by name: %s", (name, value) => {
  expect(() => parseWithSecret({ [name]: value })).toThrow(name);
});

describe("the password range service", () => {
  it("range service is off by default and gets a slash at its end", () => {
    const urlOf = (PASSWORD_RANGE_URL: string) => parseWithSecret({ PASSWORD_RANGE_URL }).passwordRangeUrl;
    expect(parseWithSecret({}).passwordRangeUrl).toBeUndefined();
    expect(urlOf("")).toBeUndefined();
    expect(urlOf("https://api.pwnedpasswords.com/range")).toBe("https://api.pwnedpasswords.com/range/");
    expect(urlOf("http://127.0.0.1:8080/range/")).toBe("http://127.0.0.1:8080/range/");
  });

  it.each([
    "api.pwnedpasswords.com",
    "http://api.pwnedpasswords.com/range/",
    "https://api.pwnedpasswords.com/range/?mode=ntlm",
    "https://user:secret@api.pwnedpasswords.com/range/",
    "file:///etc/passwd",
  ])("range service that is no https URL is rejected with the fix: %s", (PASSWORD_RANGE_URL) => {
    expect(() => parseWithSecret({ PASSWORD_RANGE_URL })).toThrow(/PASSWORD_RANGE_URL must be an https URL such as/);
    expect(() => parseWithSecret({ PASSWORD_RANGE_URL })).not.toThrow(/secret/);
  });
});

describe("mail", () => {
  it("links are written to the terminal under http, and without SMTP_URL nothing is sent", () => {
    const mail = { smtpUrl: undefined, folder: "/srv/todo/data/mail" };
    expect(parseWithSecret({}).mail).toEqual({ ...mail, from: "Todo <todo@localhost>", printsLinks: true });
    const { mail: production } = parseWithSecret({ BETTER_AUTH_URL: "https://todo.example" });
    expect(production).toEqual({ ...mail, from: "Todo <todo@todo.example>", printsLinks: false });
  });

  it("mails without a server are beside the embedded database", () => {
    const folderOf = (url: string) => parseWithSecret({ AUTH_DATABASE_URL: url }).mail.folder;
    expect(folderOf("sqlite:///var/lib/todo/auth.db")).toBe("/var/lib/todo/mail");
    expect(folderOf("postgres://db/auth")).toBe("/srv/todo/data/mail");
  });

  it.each(["true", "false"])("REQUIRE_VERIFIED_EMAIL %s is accepted", (value) => {
    expect(parseWithSecret({ REQUIRE_VERIFIED_EMAIL: value }).requireVerifiedEmail).toBe(value === "true");
  });

  it("REQUIRE_VERIFIED_EMAIL is true or false, and under https needs a mail server", () => {
    expect(() => parseWithSecret({ REQUIRE_VERIFIED_EMAIL: "yes" })).toThrow("must be true or false");
    const production = { REQUIRE_VERIFIED_EMAIL: "true", BETTER_AUTH_URL: "https://todo.example" };
    expect(() => parseWithSecret(production)).toThrow("REQUIRE_VERIFIED_EMAIL needs SMTP_URL");
    expect(parseWithSecret({ ...production, SMTP_URL: "smtps://mail.example" }).requireVerifiedEmail).toBe(true);
  });

  it.each(["smtp://mail.example", "smtps://ann%40example.com:p%2Fw@mail.example:4650", "smtp://[::1]:2525/"])(
    "SMTP_URL %s is accepted",
    (url) => {
      expect(parseWithSecret({ SMTP_URL: url }).mail.smtpUrl).toBe(new URL(url).href);
    },
  );

  it("SMTP_URL is read from SMTP_URL_FILE", () => {
    const folder = mkdtempSync(join(tmpdir(), "todo-config-"));
    writeFileSync(join(folder, "smtp-url"), "smtps://mail.example\n");
    expect(parseWithSecret({ SMTP_URL_FILE: join(folder, "smtp-url") }).mail.smtpUrl).toBe("smtps://mail.example");
    rmSync(folder, { recursive: true });
  });

  it.each([
    "mail.example",
    "https://mail.example",
    "smtp://",
    "smtp://a:%zz@mail.example",
    "smtp://mail.example/?tls=1",
  ])("SMTP_URL %s is rejected", (url) => {
    expect(() => parseWithSecret({ SMTP_URL: url })).toThrow("SMTP_URL must look like");
  });

  it("password in an invalid SMTP_URL is not in the error message", () => {
    expect(() => parseWithSecret({ SMTP_URL: "smtp://ann:hunter2@" })).not.toThrow("hunter2");
  });

  it.each(["Todo <todo@todo.example>", "todo@todo.example"])("MAIL_FROM %s is accepted", (from) => {
    expect(parseWithSecret({ MAIL_FROM: from }).mail.from).toBe(from);
  });

  it.each(["todo", "a@a.example, b@b.example", "Todo\r\nBcc: <b@b.example>", "a@a.example\nb@b.example"])(
    "MAIL_FROM %j is rejected",
    (from) => {
      expect(() => parseWithSecret({ MAIL_FROM: from })).toThrow("MAIL_FROM must be an e-mail address");
    },
  );
});

it("make run hands on every variable that the configuration reads", () => {
  const read = new Set<string>();
  const environment = new Proxy<Record<string, string | undefined>>(
    { BETTER_AUTH_SECRET: secret },
    {
      get: (variables, name) => {
        read.add(String(name));
        return variables[String(name)];
      },
    },
  );
  parseConfig(environment, "/srv/todo");
  // The accounts' database is handed on as AUTH_DATABASE_URL.
  const handedOn = new Set([...WEB_VARIABLES, "DATABASE_URL", "DATABASE_URL_FILE"]);
  expect([...read].filter((name) => !handedOn.has(name))).toEqual([]);
});
