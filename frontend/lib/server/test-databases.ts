import { randomBytes } from "node:crypto";
import Libsql from "libsql";
import { Client } from "pg";
import { afterAll, vi } from "vitest";

/** A PostgreSQL server for tests. `make test` starts one. */
const SERVER_URL = process.env.TEST_DATABASE_URL;

/** The kinds of database to run a test on. PostgreSQL needs TEST_DATABASE_URL. */
export const databaseKinds = SERVER_URL ? (["embedded", "PostgreSQL"] as const) : (["embedded"] as const);

/** The variables of `createTestAuth` for an empty database of this kind. */
export async function createDatabaseVariables(kind: (typeof databaseKinds)[number]): Promise<Record<string, string>> {
  if (kind === "embedded" || !SERVER_URL) return {};
  const name = `auth_${randomBytes(6).toString("hex")}`;
  await execute(`create database ${name}`);
  created.push(name);
  const url = new URL(SERVER_URL);
  url.pathname = `/${name}`;
  return { DATABASE_URL: url.href, AUTH_DATABASE_URL: "" };
}

const created: string[] = [];
afterAll(async () => {
  // The pools report that the connections are lost.
  if (created.length > 0) vi.spyOn(console, "error").mockImplementation(() => {});
  await Promise.all(created.map((name) => execute(`drop database ${name} with (force)`)));
}, 60_000);

async function execute(sql: string, url = SERVER_URL): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** Executes SQL on the database of `createTestAuth`, on a connection of its own. */
export async function executeSql(environment: Record<string, string>, sql: string): Promise<void> {
  const { AUTH_DATABASE_URL: file, DATABASE_URL: url } = environment;
  if (!file) return execute(sql, url);
  const database = new Libsql(file.replace("sqlite://", ""));
  try {
    database.exec("PRAGMA busy_timeout = 5000");
    database.exec(sql);
  } finally {
    database.close();
  }
}
