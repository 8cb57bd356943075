import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { BetterAuthOptions } from "better-auth";
import { SqliteDialect } from "kysely";
import Libsql from "libsql";
import { Pool } from "pg";
import type { Config } from "./config.ts";

/** Where accounts and sessions are kept. */
export type Database = {
  /** What Better Auth is given. */
  connection: NonNullable<BetterAuthOptions["database"]>;
  /** Runs one piece of work while no other process runs its own: for migrations and first keys. */
  alone: (work: () => Promise<void>) => Promise<void>;
};

export function openDatabase(database: Config["database"]): Database {
  return database.kind === "postgres" ? postgres(database.url) : embedded(database.file);
}

/** An arbitrary number that all processes of this app agree on. */
const ADVISORY_LOCK = 7_205_113_904;

function postgres(connectionString: string): Database {
  const pool = new Pool({ connectionString, max: 10, connectionTimeoutMillis: 5_000 });
  // An idle connection that the server closes is replaced at the next query; without a listener it ends the process.
  pool.on("error", () => console.error("auth database: a connection was lost"));
  return {
    connection: pool,
    alone: async (work) => {
      const lock = await pool.connect();
      try {
        // Bound to a transaction, because a session's lock would outlive its user behind a pooler.
        await lock.query("begin");
        await lock.query("select pg_advisory_xact_lock($1)", [ADVISORY_LOCK]);
        await work();
        await lock.query("commit");
        lock.release();
      } catch (error) {
        lock.release(true);
        throw error;
      }
    },
  };
}

/** One process, one file: Node's own SQLite where the Node has one, else libsql, which brings its own. */
function embedded(file: string): Database {
  createPrivately(file);
  const sqlite = process.getBuiltinModule?.("node:sqlite");
  const database = sqlite ? new sqlite.DatabaseSync(file) : new Libsql(file);
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "busy_timeout = 5000", "foreign_keys = ON"])
    database.exec(`PRAGMA ${pragma}`);
  if (opened.push(database) === 1) process.once("exit", closeAll);
  const connection =
    database instanceof Libsql
      ? { dialect: new SqliteDialect({ database: database }), type: "sqlite" as const }
      : database;
  return { connection, alone: (work) => work() };
}

const opened: { exec: (sql: string) => unknown; close: () => void }[] = [];

/** In the end all is in the one file, and nothing only in its log. libsql does not see to that when it is closed. */
function closeAll(): void {
  for (const database of opened) {
    try {
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      database.close();
    } catch {
      // The log stays, and the next start reads it.
    }
  }
}

/** Password hashes and session tokens are in it: nobody else on the machine has to read them. */
function createPrivately(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
}
