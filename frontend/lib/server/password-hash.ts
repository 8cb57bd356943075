import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { availableParallelism } from "node:os";
import { createBoundedQueue } from "./bounded-queue.ts";

/** scrypt's cost parameters (RFC 7914 section 2): N is 2^ln, and a derivation uses 128 * N * r bytes. */
type Cost = { ln: number; r: number; p: number };

/** The row of OWASP's Password Storage Cheat Sheet that needs 32 MiB. See docs/decisions/0061. */
const CURRENT_COST: Cost = { ln: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** Better Auth's own format, `salt:key` in hexadecimal. Its salt is the text of the hexadecimal digits. */
const BETTER_AUTH_COST: Cost = { ln: 14, r: 16, p: 1 };
const BETTER_AUTH_FORMAT = /^([0-9a-f]{32}):([0-9a-f]{128})$/;

/**
 * What CURRENT_COST has more of N * r * p than BETTER_AUTH_COST. A wrong password for a hash in Better Auth's format takes
 * this derivation too, so that the time of a failed sign-in does not disclose which addresses have an account.
 */
const DIFFERENCE_COST: Cost = { ln: 15, r: 8, p: 2 };

/** The PHC string format: base64 without padding. */
const PHC_FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22,86})\$([A-Za-z0-9+/]{43,86})$/;
const MAX_MEMORY_BYTES = 256 * 1024 * 1024;

/** libuv's thread pool has four threads by default. One stays free for files and name resolution, and one core for requests. */
const MAX_RUNNING = Math.max(1, Math.min(3, availableParallelism() - 1));
/** The last one waits about 8 s when one derivation runs at once. */
const MAX_WAITING = 32;

const runInQueue = createBoundedQueue({ maxRunning: MAX_RUNNING, maxWaiting: MAX_WAITING });

/** Returns the hash with its parameters. Throws `QueueFullError` when too many passwords are being hashed. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await runInQueue(() => deriveKey(password, salt, CURRENT_COST, KEY_BYTES));
  const { ln, r, p } = CURRENT_COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${encode(salt)}$${encode(key)}`;
}

/** Accepts hashes in the PHC format and in Better Auth's. Throws `QueueFullError` as `hashPassword` does. */
export async function verifyPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  const { salt, key, cost, isBetterAuthFormat } = parseHash(hash);
  return runInQueue(async () => {
    const isEqual = timingSafeEqual(await deriveKey(password, salt, cost, key.length), key);
    if (!isEqual && isBetterAuthFormat) await deriveKey(password, salt, DIFFERENCE_COST, KEY_BYTES);
    return isEqual;
  });
}

/** Whether the hash has another format or other parameters than new ones. */
export function needsRehash(hash: string): boolean {
  const { ln, r, p } = CURRENT_COST;
  return !hash.startsWith(`$scrypt$ln=${ln},r=${r},p=${p}$`);
}

type ParsedHash = { salt: Buffer; key: Buffer; cost: Cost; isBetterAuthFormat: boolean };

function parseHash(hash: string): ParsedHash {
  const [, hexSalt, hexKey] = BETTER_AUTH_FORMAT.exec(hash) ?? [];
  if (hexSalt && hexKey)
    return {
      salt: Buffer.from(hexSalt, "utf8"),
      key: Buffer.from(hexKey, "hex"),
      cost: BETTER_AUTH_COST,
      isBetterAuthFormat: true,
    };
  const [, ln, r, p, salt, key] = PHC_FORMAT.exec(hash) ?? [];
  if (!salt || !key) throw new Error("a stored password hash has an unknown format");
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  if (cost.ln < 1 || cost.r < 1 || cost.p < 1 || memoryBytes(cost) > MAX_MEMORY_BYTES)
    throw new Error("a stored password hash has parameters out of range");
  return { salt: Buffer.from(salt, "base64"), key: Buffer.from(key, "base64"), cost, isBetterAuthFormat: false };
}

/** NFKC, so that a password is the same on keyboards that compose characters differently (NIST SP 800-63B-4, section 3.1.1.2). */
function deriveKey(password: string, salt: Buffer, cost: Cost, length: number): Promise<Buffer> {
  const options = { N: 2 ** cost.ln, r: cost.r, p: cost.p, maxmem: memoryBytes(cost) };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** OpenSSL counts the block of each of the p parts, and two more blocks of r. */
const memoryBytes = ({ ln, r, p }: Cost): number => 128 * r * (2 ** ln + p + 2);

const encode = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
