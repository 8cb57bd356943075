/** 128 random bits. `crypto.randomUUID` exists on secure origins only, this everywhere. */
export function createIdempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
