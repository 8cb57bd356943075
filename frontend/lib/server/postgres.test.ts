import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, freshSecret, identity, signedUp } from "./test-utils.ts";

/** A server for tests; `make test` starts one. Without it there is nothing to test against. */
const SERVER = process.env.TEST_DATABASE_URL;

describe.runIf(SERVER)("on PostgreSQL", () => {
  const name = `auth_${randomBytes(6).toString("hex")}`;
  const url = new URL(SERVER ?? "postgres://nowhere");
  url.pathname = `/${name}`;

  const onServer = async (sql: string) => {
    const client = new Client({ connectionString: SERVER });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  beforeAll(() => onServer(`create database ${name}`));
  afterAll(() => onServer(`drop database ${name} with (force)`));

  it("three processes that start together make one schema and one key, and know the same people", async () => {
    const environment = {
      DATABASE_URL: url.href,
      AUTH_DATABASE_URL: "",
      API_TOKEN_MODE: "jwks",
      BETTER_AUTH_SECRET: freshSecret(),
    };
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => identity(environment)));
    if (!first || !second || !third) throw new Error("three were started");
    const { cookie } = await signedUp(first.auth);
    expect((await call(second.auth, "/api-token", { cookie })).status).toBe(200);
    const { keys } = (await (await call(third.auth, "/jwks")).json()) as { keys: unknown[] };
    expect(keys).toHaveLength(1);
  });
});
