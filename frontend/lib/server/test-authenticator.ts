import { createHmac } from "node:crypto";

const PERIOD_MS = 30_000;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An authenticator app for tests: the codes of a key (RFC 6238), each of which is returned once. */
export class Authenticator {
  readonly #key: Buffer;
  #lastCounter = 0;

  /** The key as in the `otpauth:` URI, or as the page shows it. */
  constructor(uriOrKey: string) {
    const key = URL.canParse(uriOrKey) ? (new URL(uriOrKey).searchParams.get("secret") ?? "") : uriOrKey;
    this.#key = decodeBase32(key.replaceAll(/\s/g, ""));
  }

  /**
   * A code that is accepted now; undefined if the next one has to be awaited. Codes of the neighbouring periods are accepted,
   * but that of the last one only until the current one ends: where the clock goes on, `first` is 0.
   */
  nextCode(first: -1 | 0 = -1): string | undefined {
    const now = Math.floor(Date.now() / PERIOD_MS);
    const counter = Math.max(this.#lastCounter + 1, now + first);
    if (counter > now + 1) return undefined;
    this.#lastCounter = counter;
    return this.#codeOf(counter);
  }

  /** The codes that are accepted now. */
  validCodes(): string[] {
    const now = Math.floor(Date.now() / PERIOD_MS);
    return [now - 1, now, now + 1].map((counter) => this.#codeOf(counter));
  }

  /** Different codes, none of which is accepted within the next hour or was in the last one. */
  wrongCodes(count: number): string[] {
    const now = Math.floor(Date.now() / PERIOD_MS);
    const right = new Set(Array.from({ length: 240 }, (_, index) => this.#codeOf(now - 120 + index)));
    const all = Array.from({ length: count + right.size }, (_, index) => String(index).padStart(6, "0"));
    return all.filter((code) => !right.has(code)).slice(0, count);
  }

  #codeOf(counter: number): string {
    const message = Buffer.alloc(8);
    message.writeBigUInt64BE(BigInt(counter));
    const digest = createHmac("sha1", this.#key).update(message).digest();
    const offset = (digest.at(-1) ?? 0) & 15;
    return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
  }
}

function decodeBase32(text: string): Buffer {
  const bits = [...text].map((character) => BASE32.indexOf(character).toString(2).padStart(5, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
