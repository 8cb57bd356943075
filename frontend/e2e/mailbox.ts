import type { AddressInfo } from "node:net";
import { type AddressObject, type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

export type ReceivedMail = {
  to: string;
  subject: string;
  text: string;
  html: string;
  links: string[];
  parsed: ParsedMail;
};

/** An SMTP server that keeps the mails it receives. */
export type Mailbox = {
  /** The value of SMTP_URL. */
  url: string;
  mails: ReceivedMail[];
  /**
   * The oldest mail to this address, with this subject, that no earlier call has returned. Rejects after `timeoutMs`
   * without one.
   */
  waitFor: (to: string, subject?: string | RegExp, timeoutMs?: number) => Promise<ReceivedMail>;
  /** The mails to this address, oldest first. */
  mailsTo: (to: string) => ReceivedMail[];
  /** The answers to the next mails, such as 451 for a temporary failure. They are not kept. */
  refuseNext: (...responseCodes: number[]) => void;
  stop: () => Promise<void>;
};

const WAIT_TIMEOUT_MS = 15_000;

export async function startMailbox(host = "127.0.0.1"): Promise<Mailbox> {
  const mails: ReceivedMail[] = [];
  const returned = new Set<ReceivedMail>();
  const refusals: number[] = [];
  const listeners = new Set<() => void>();

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData: (stream, { envelope }, done) => {
      simpleParser(stream).then((parsed) => {
        const responseCode = refusals.shift();
        if (responseCode) return done(Object.assign(new Error("refused by the test"), { responseCode }));
        mails.push(...envelope.rcptTo.map(({ address }) => toReceivedMail(address, parsed)));
        done();
        for (const listener of listeners) listener();
      }, done);
    },
  });
  // Clients that end their connection early.
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.server.address() as AddressInfo;

  const mailsTo = (to: string) => mails.filter((mail) => mail.to === to.toLowerCase());

  function take(to: string, subject: string | RegExp | undefined): ReceivedMail | undefined {
    const mail = mailsTo(to).find((each) => !returned.has(each) && hasSubject(each, subject));
    if (mail) returned.add(mail);
    return mail;
  }

  const waitFor: Mailbox["waitFor"] = (to, subject, timeoutMs = WAIT_TIMEOUT_MS) =>
    new Promise((resolve, reject) => {
      const finish = (mail: ReceivedMail | undefined) => {
        listeners.delete(check);
        clearTimeout(timer);
        const subjects = mailsTo(to).map((each) => each.subject);
        if (mail) resolve(mail);
        else reject(new Error(`no new mail to ${to} with the subject ${subject}; all to it: ${subjects.join(", ")}`));
      };
      const check = () => {
        const mail = take(to, subject);
        if (mail) finish(mail);
      };
      const timer = setTimeout(() => finish(undefined), timeoutMs);
      listeners.add(check);
      check();
    });

  return {
    url: `smtp://${host}:${port}`,
    mails,
    waitFor,
    mailsTo,
    refuseNext: (...responseCodes) => void refusals.push(...responseCodes),
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function hasSubject({ subject }: ReceivedMail, expected: string | RegExp | undefined): boolean {
  if (expected === undefined) return true;
  return typeof expected === "string" ? subject === expected : expected.test(subject);
}

function toReceivedMail(to: string, parsed: ParsedMail): ReceivedMail {
  const text = parsed.text ?? "";
  const links = text.match(/https?:\/\/\S+/g) ?? [];
  return { to: to.toLowerCase(), subject: parsed.subject ?? "", text, html: parsed.html || "", links, parsed };
}

/** The addresses of a header such as `To`. */
export const addressesOf = (header: AddressObject | AddressObject[] | undefined): string[] =>
  [header ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address ?? ""));
