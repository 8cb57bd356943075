import { spawnSync } from "node:child_process";
import { userId } from "./tokens.mjs";
import { UserError } from "./user-error.mjs";

export const USERS = 1000;
export const TASKS_PER_USER = 50;

/** The id of a user's task. Ids are interleaved by user, so that one user's rows are spread over the table. */
export const taskId = (user, number) => number * USERS + user + 1;

/** Every fifth task is complete. */
export const isComplete = (number) => number % 5 === 4;

/** The database `todo_bench` on the server at TEST_DATABASE_URL, with the product's schema and the same rows in every run. */
export class Database {
  #serverUrl;

  constructor(serverUrl) {
    this.#serverUrl = serverUrl;
    const url = new URL(serverUrl);
    url.pathname = "/todo_bench";
    this.url = url.href;
  }

  /** Creates the database. `migrate` applies the product's migrations to the database at a URL. */
  create(migrate) {
    query(this.#serverUrl, "DROP DATABASE IF EXISTS todo_bench WITH (FORCE)");
    query(this.#serverUrl, "CREATE DATABASE todo_bench");
    migrate(this.url);
    // Autovacuum would run during the turn of one server and not of another.
    query(this.url, "ALTER TABLE tasks SET (autovacuum_enabled = off)");
    query(this.url, CREATE_SEED_TABLE);
    this.reset();
  }

  /** Restores the initial rows. */
  reset() {
    query(this.url, RESTORE_ROWS);
    query(this.url, "VACUUM (ANALYZE) tasks");
  }

  /** The id of a process whose parent is the postmaster. */
  childProcess() {
    return Number(query(this.url, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"));
  }

  version() {
    return query(this.url, "SHOW server_version").trim();
  }

  setting(name) {
    return query(this.url, `SHOW ${name}`).trim();
  }
}

const userIds = Array.from({ length: USERS }, (_, user) => userId(user)).join();

const CREATE_SEED_TABLE = `
  CREATE TABLE seed AS
  SELECT number * ${USERS} + place AS id,
         owner AS owner_id,
         'Task ' || number || ': buy milk and bread' AS title,
         CASE WHEN number % 2 = 0 THEN 'Semi-skimmed, two litres, and the dark bread from the corner shop' END AS description,
         CASE WHEN number % 5 = 4 THEN 2 ELSE 1 END AS version,
         created AS created_at,
         CASE WHEN number % 5 = 4 THEN created + 3600123456 ELSE created END AS updated_at,
         CASE WHEN number % 5 = 4 THEN created + 3600123456 END AS completed_at
  FROM unnest(string_to_array('${userIds}', ',')) WITH ORDINALITY AS owners (owner, place),
       generate_series(0, ${TASKS_PER_USER - 1}) AS number,
       LATERAL (SELECT 1790000000123456 + number * 60000000::bigint + place AS created) AS clock
  ORDER BY 1`;

const RESTORE_ROWS = `
  BEGIN;
  TRUNCATE tasks;
  INSERT INTO tasks (id, owner_id, title, description, version, created_at, updated_at, completed_at)
  OVERRIDING SYSTEM VALUE
  SELECT id, owner_id, title, description, version, created_at, updated_at, completed_at FROM seed ORDER BY id;
  SELECT setval('tasks_id_seq', ${USERS * TASKS_PER_USER});
  COMMIT`;

function query(url, sql) {
  const psql = spawnSync("psql", ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", url], {
    input: `${sql};\n`,
    encoding: "utf8",
  });
  if (psql.error) throw new UserError("psql is missing: sudo apt-get install postgresql-client");
  if (psql.status !== 0) throw new UserError(`PostgreSQL returned an error: ${psql.stderr.trim()}`);
  return psql.stdout;
}
