import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parseConfig } from "./config.ts";
import { publicProviders } from "./social-providers.ts";
import { createSecret, createTestEnvironment } from "./test-utils.ts";

const secret = createSecret();
const parse = (environment: Record<string, string>) =>
  parseConfig({ BETTER_AUTH_SECRET: secret, ...environment }, "/srv/todo").socialProviders;

const OIDC = { OIDC_ISSUER: "https://id.example/", OIDC_CLIENT_ID: "todo", OIDC_CLIENT_SECRET: "hunter2" };

it("providers are off by default, and on when id and secret are set", () => {
  expect(parse({})).toEqual([]);
  expect(parse({ GOOGLE_CLIENT_ID: "", GOOGLE_CLIENT_SECRET: " " })).toEqual([]);
  expect(
    parse({
      GOOGLE_CLIENT_ID: "google",
      GOOGLE_CLIENT_SECRET: "1",
      GITHUB_CLIENT_ID: "github",
      GITHUB_CLIENT_SECRET: "2",
      ...OIDC,
      OIDC_NAME: "Example ID",
    }),
  ).toEqual([
    { id: "google", name: "Google", clientId: "google", clientSecret: "1" },
    { id: "github", name: "GitHub", clientId: "github", clientSecret: "2" },
    // With its slash: the issuer is compared character by character.
    { id: "oidc", name: "Example ID", clientId: "todo", clientSecret: "hunter2", issuer: "https://id.example/" },
  ]);
  expect(parse(OIDC)[0]?.name).toBe("id.example");
});

it("client secret is read from a file", () => {
  const { AUTH_DATABASE_URL = "" } = createTestEnvironment();
  const file = join(AUTH_DATABASE_URL.replace("sqlite://", ""), "../client-secret");
  writeFileSync(file, "from-a-file\n");
  const ids: Record<string, Record<string, string>> = {
    GOOGLE: { GOOGLE_CLIENT_ID: "a" },
    GITHUB: { GITHUB_CLIENT_ID: "a" },
    OIDC: { OIDC_CLIENT_ID: "a", OIDC_ISSUER: "https://id.example" },
  };
  for (const [prefix, values] of Object.entries(ids))
    expect(parse({ ...values, [`${prefix}_CLIENT_SECRET_FILE`]: file })[0]?.clientSecret).toBe("from-a-file");
});

it.each([
  [{ GOOGLE_CLIENT_ID: "a" }, /GOOGLE_CLIENT_SECRET is missing: set all of GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET/],
  [{ GOOGLE_CLIENT_SECRET: "hunter2" }, /GOOGLE_CLIENT_ID is missing/],
  [{ GITHUB_CLIENT_ID: "a" }, /GITHUB_CLIENT_SECRET is missing/],
  [{ OIDC_ISSUER: "https://id.example" }, /OIDC_CLIENT_ID and OIDC_CLIENT_SECRET is missing/],
  [{ OIDC_CLIENT_ID: "a", OIDC_CLIENT_SECRET: "hunter2" }, /OIDC_ISSUER is missing/],
  [{ ...OIDC, OIDC_NAME: "x".repeat(41) }, /OIDC_NAME must be one line/],
  [{ ...OIDC, OIDC_NAME: "a\u202eb" }, /OIDC_NAME must be one line/],
])("incomplete provider stops the start with the fix, and without the secret: %o", (environment, message) => {
  expect(() => parse(environment as Record<string, string>)).toThrow(message);
  expect(() => parse(environment as Record<string, string>)).not.toThrow(/hunter2/);
});

it.each([
  "id.example",
  "http://id.example",
  "http://127.0.0.1.id.example",
  "https://id.example/?realm=main",
  "https://id.example/#main",
  "https://user:password@id.example",
  "file:///etc/passwd",
])("issuer that is neither https nor on this machine is rejected: %s", (OIDC_ISSUER) => {
  expect(() => parse({ ...OIDC, OIDC_ISSUER })).toThrow(/OIDC_ISSUER must be an https URL such as/);
});

it.each(["https://id.example/realms/main", "http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"])(
  "issuer is accepted: %s",
  (OIDC_ISSUER) => {
    expect(parse({ ...OIDC, OIDC_ISSUER })[0]?.issuer).toBe(OIDC_ISSUER);
  },
);

it("pages get neither client id nor secret", () => {
  expect(publicProviders(parse(OIDC))).toEqual([{ id: "oidc", name: "id.example" }]);
});
