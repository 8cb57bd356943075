import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import type { BetterAuthOptions } from "better-auth";
import { SqliteDialect } from "kysely";
import Libsql from "libsql";
import { Pool } from "pg";
import type { DatabaseConfig } from "./config.ts";

/** The database of accounts and sessions. */
export type Database = {
  /** Better Auth's `database` option. */
  connection: NonNullable<BetterAuthOptions["database"]>;
  /** Runs the work under a lock that all processes of this app share: for migrations and first keys. */
  withLock: (work: () => Promise<void>) => Promise<void>;
};

export function openDatabase(config: DatabaseConfig): Database {
  return config.kind === "postgres" ? openPostgres(config.url) : openEmbedded(config.file);
}

/** An arbitrary number that all processes of this app share. */
const ADVISORY_LOCK = 7_205_113_904;
const MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_MS = 5_000;

function openPostgres(connectionString: string): Database {
  const pool = new Pool({ connectionString, max: MAX_CONNECTIONS, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // The pool replaces a lost idle connection. Without a listener the error would end the process.
  pool.on("error", () => console.error("auth database: a connection was lost"));
  return {
    connection: pool,
    withLock: async (work) => {
      const client = await pool.connect();
      try {
        // Bound to a transaction: behind a transaction pooler, a session lock would not be released.
        await client.query("begin");
        await client.query("select pg_advisory_xact_lock($1)", [ADVISORY_LOCK]);
        await work();
        await client.query("commit");
        client.release();
      } catch (error) {
        client.release(true);
        throw error;
      }
    },
  };
}

/** A SQLite file, used by one process: through `node:sqlite` where Node.js has it, else through libsql. */
function openEmbedded(file: string): Database {
  createPrivateFile(file);
  const sqlite = process.getBuiltinModule?.("node:sqlite");
  const database = sqlite ? new sqlite.DatabaseSync(file) : new Libsql(file);
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "busy_timeout = 5000", "foreign_keys = ON"])
    database.exec(`PRAGMA ${pragma}`);
  if (openDatabases.push(database) === 1) process.once("exit", closeAll);
  const connection =
    database instanceof Libsql ? { dialect: new SqliteDialect({ database }), type: "sqlite" as const } : database;
  return { connection, withLock: (work) => work() };
}

const openDatabases: { exec: (sql: string) => unknown; close: () => void }[] = [];

/** Moves the write-ahead log into the database file, which libsql does not do when it is closed. */
function closeAll(): void {
  for (const database of openDatabases) {
    try {
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      database.close();
    } catch {
      // SQLite recovers the log at the next start.
    }
  }
}

/** The file contains password hashes and session tokens, so other users of the machine must not read it. */
function createPrivateFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
}
