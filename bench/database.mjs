import { spawnSync } from "node:child_process";
import { Problem } from "./user-error.mjs";
import { userId } from "./tokens.mjs";

export const USERS = 1000;
export const TASKS_EACH = 50;

/** Which task of which user has which id: users take turns, as in life, so one user's rows lie all over the table. */
export const taskId = (user, number) => number * USERS + user + 1;

/** Every fifth task is done. */
export const isComplete = (number) => number % 5 === 4;

/** A database of its own on the server that TEST_DATABASE_URL names, with the product's own schema and the same rows each time. */
export class Database {
  #server;

  constructor(server) {
    this.#server = server;
    const url = new URL(server);
    url.pathname = "/todo_bench";
    this.url = url.href;
  }

  /** `migrate` is given the URL and applies the product's migrations. */
  create(migrate) {
    query(this.#server, "DROP DATABASE IF EXISTS todo_bench WITH (FORCE)");
    query(this.#server, "CREATE DATABASE todo_bench");
    migrate(this.url);
    // It would run in one server's turn and not in the other's.
    query(this.url, "ALTER TABLE tasks SET (autovacuum_enabled = off)");
    query(this.url, SEED);
    this.reset();
  }

  /** The rows as they were at first, whatever was created or completed meanwhile. */
  reset() {
    query(this.url, RESET);
    query(this.url, "VACUUM (ANALYZE) tasks");
  }

  /** One of the processes that the server always has; whoever started it started all of them. */
  process() {
    return Number(query(this.url, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"));
  }

  version() {
    return query(this.url, "SHOW server_version").trim();
  }

  setting(name) {
    return query(this.url, `SHOW ${name}`).trim();
  }
}

const ids = Array.from({ length: USERS }, (_, user) => userId(user)).join();

const SEED = `
  CREATE TABLE seed AS
  SELECT number * ${USERS} + place AS id,
         owner AS owner_id,
         'Task ' || number || ': buy milk and bread' AS title,
         CASE WHEN number % 2 = 0 THEN 'Semi-skimmed, two litres, and the dark bread from the corner shop' END AS description,
         CASE WHEN number % 5 = 4 THEN 2 ELSE 1 END AS version,
         created AS created_at,
         CASE WHEN number % 5 = 4 THEN created + 3600123456 ELSE created END AS updated_at,
         CASE WHEN number % 5 = 4 THEN created + 3600123456 END AS completed_at
  FROM unnest(string_to_array('${ids}', ',')) WITH ORDINALITY AS owners (owner, place),
       generate_series(0, ${TASKS_EACH - 1}) AS number,
       LATERAL (SELECT 1790000000123456 + number * 60000000::bigint + place AS created) AS clock
  ORDER BY 1`;

const RESET = `
  BEGIN;
  TRUNCATE tasks;
  INSERT INTO tasks (id, owner_id, title, description, version, created_at, updated_at, completed_at)
  OVERRIDING SYSTEM VALUE
  SELECT id, owner_id, title, description, version, created_at, updated_at, completed_at FROM seed ORDER BY id;
  SELECT setval('tasks_id_seq', ${USERS * TASKS_EACH});
  COMMIT`;

function query(url, sql) {
  const psql = spawnSync("psql", ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", url], {
    input: `${sql};\n`,
    encoding: "utf8",
  });
  if (psql.error) throw new Problem("psql is missing: it comes with PostgreSQL (apt-get install postgresql-client)");
  if (psql.status !== 0) throw new Problem(`the database refused: ${psql.stderr.trim()}`);
  return psql.stdout;
}
