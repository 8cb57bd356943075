import { createTransport } from "nodemailer";
import { toMailOptions } from "./mail-options.ts";
import type { Deliver } from "./mailer.ts";

const CONNECT_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 30_000;
const LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/** The ports of RFC 6409 and RFC 8314. */
const SUBMISSION_PORT = 587;
const TLS_PORT = 465;

/** A connection for each mail, because mails are rare. */
export function sendBySmtp(smtpUrl: string): Deliver {
  const url = new URL(smtpUrl);
  const secure = url.protocol === "smtps:";
  const auth = url.username && { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (secure ? TLS_PORT : SUBMISSION_PORT),
    secure,
    // A password is not sent over an unencrypted network. Without one, TLS is used where the server offers it.
    requireTLS: Boolean(auth) && !secure && !LOOPBACK_HOSTS.includes(url.hostname),
    ...(auth && { auth }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async (message) => void (await transport.sendMail(toMailOptions(message)));
}
