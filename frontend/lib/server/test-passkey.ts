import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import type { Auth } from "../auth.ts";
import { cookiesOf, sendRequest } from "./test-utils.ts";

const base64url = (data: string | Buffer): string => Buffer.from(data).toString("base64url");
const sha256 = (data: string | Buffer): Buffer => createHash("sha256").update(data).digest();

/** The parts of a response that a test changes. */
export type Alterations = {
  origin?: string;
  rpID?: string;
  userVerified?: boolean;
  counter?: number;
  challenge?: string;
  /** Signs with the key of another authenticator. */
  key?: KeyObject;
};

/** An authenticator with one passkey, which answers as a browser does (WebAuthn Level 3, sections 6.1 and 6.5). */
export class TestAuthenticator {
  readonly id: string;
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  readonly #aaguid: Buffer;
  counter = 0;

  constructor({ aaguid = "00000000-0000-0000-0000-000000000000", id = base64url(randomBytes(16)) } = {}) {
    this.#aaguid = Buffer.from(aaguid.replaceAll("-", ""), "hex");
    this.id = id;
  }

  get key(): KeyObject {
    return this.#keys.privateKey;
  }

  register(challenge: string, alterations: Alterations = {}) {
    const id = Buffer.from(this.id, "base64url");
    const length = Buffer.from([id.length >> 8, id.length & 0xff]);
    const authenticatorData = Buffer.concat([
      this.#authenticatorData(alterations, 0x40),
      this.#aaguid,
      length,
      id,
      this.#coseKey(),
    ]);
    const attestationObject = cborMap([
      [cborText("fmt"), cborText("none")],
      [cborText("attStmt"), cborMap([])],
      [cborText("authData"), cborBytes(authenticatorData)],
    ]);
    const clientDataJSON = this.#clientData("webauthn.create", challenge, alterations);
    return this.#response({
      attestationObject: base64url(attestationObject),
      clientDataJSON: base64url(clientDataJSON),
      transports: ["internal"],
    });
  }

  authenticate(challenge: string, alterations: Alterations = {}) {
    const authenticatorData = this.#authenticatorData(alterations, 0);
    const clientDataJSON = this.#clientData("webauthn.get", challenge, alterations);
    const signature = createSign("sha256")
      .update(Buffer.concat([authenticatorData, sha256(clientDataJSON)]))
      .sign(alterations.key ?? this.key);
    return this.#response({
      authenticatorData: base64url(authenticatorData),
      clientDataJSON: base64url(clientDataJSON),
      signature: base64url(signature),
    });
  }

  #response<T extends object>(response: T) {
    return { id: this.id, rawId: this.id, type: "public-key", clientExtensionResults: {}, response };
  }

  #clientData(type: string, challenge: string, alterations: Alterations): string {
    const { origin = "http://localhost:3000" } = alterations;
    return JSON.stringify({ type, challenge: alterations.challenge ?? challenge, origin, crossOrigin: false });
  }

  #authenticatorData({ rpID = "localhost", userVerified = true, counter }: Alterations, flags: number): Buffer {
    this.counter = counter ?? this.counter + 1;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.counter);
    return Buffer.concat([sha256(rpID), Buffer.from([flags | 0x01 | (userVerified ? 0x04 : 0)]), count]);
  }

  /** ES256 on P-256 (RFC 9053, section 7.1.1). */
  #coseKey(): Buffer {
    const { x = "", y = "" } = this.#keys.publicKey.export({ format: "jwk" });
    return cborMap([
      [cborInteger(1), cborInteger(2)],
      [cborInteger(3), cborInteger(-7)],
      [cborInteger(-1), cborInteger(1)],
      [cborInteger(-2), cborBytes(Buffer.from(x, "base64url"))],
      [cborInteger(-3), cborBytes(Buffer.from(y, "base64url"))],
    ]);
  }
}

/** The head of a CBOR item whose argument is below 65,536 (RFC 8949, section 3). */
function cborHead(majorType: number, argument: number): Buffer {
  if (argument < 24) return Buffer.from([(majorType << 5) | argument]);
  if (argument < 256) return Buffer.from([(majorType << 5) | 24, argument]);
  return Buffer.from([(majorType << 5) | 25, argument >> 8, argument & 0xff]);
}

const cborInteger = (value: number): Buffer => (value < 0 ? cborHead(1, -1 - value) : cborHead(0, value));
const cborBytes = (value: Buffer): Buffer => Buffer.concat([cborHead(2, value.length), value]);
const cborText = (value: string): Buffer => Buffer.concat([cborHead(3, value.length), Buffer.from(value)]);
const cborMap = (entries: [Buffer, Buffer][]): Buffer =>
  Buffer.concat([cborHead(5, entries.length), ...entries.flat()]);

type Handler = Pick<Auth, "handler">;

/** Joins cookies of several responses. */
const joined = (...cookies: string[]): string => cookies.filter(Boolean).join("; ");

/** A challenge and the cookie that belongs to it. */
export type Challenge = { challenge: string; cookie: string };

async function requestChallenge(auth: Handler, path: string, cookie: string): Promise<Challenge> {
  const response = await sendRequest(auth, path, { cookie });
  if (!response.ok) throw new Error(`${path} answers ${response.status}`);
  const { challenge } = (await response.json()) as { challenge: string };
  return { challenge, cookie: cookiesOf(response) };
}

export const registrationChallenge = (auth: Handler, cookie: string) =>
  requestChallenge(auth, "/passkey/generate-register-options", cookie);

export const authenticationChallenge = (auth: Handler, cookie = "") =>
  requestChallenge(auth, "/passkey/generate-authenticate-options", cookie);

/** Adds the passkey of the authenticator. The session must be recently reauthenticated. */
export async function registerPasskey(
  auth: Handler,
  cookie: string,
  authenticator: TestAuthenticator,
  { name, ...alterations }: Alterations & { name?: string } = {},
): Promise<Response> {
  const { challenge, cookie: challengeCookie } = await registrationChallenge(auth, cookie);
  const body = { response: authenticator.register(challenge, alterations), name };
  return sendRequest(auth, "/passkey/verify-registration", { body, cookie: joined(cookie, challengeCookie) });
}

/** Signs in, or with the cookie of a session authenticates again. */
export async function signInWithPasskey(
  auth: Handler,
  authenticator: TestAuthenticator,
  { cookie = "", ...alterations }: Alterations & { cookie?: string } = {},
): Promise<Response> {
  const { challenge, cookie: challengeCookie } = await authenticationChallenge(auth, cookie);
  const body = { response: authenticator.authenticate(challenge, alterations) };
  return sendRequest(auth, "/passkey/verify-authentication", { body, cookie: joined(cookie, challengeCookie) });
}
