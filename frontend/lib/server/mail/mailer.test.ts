import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { addressesOf, type Mailbox, startMailbox } from "../../../e2e/mailbox.ts";
import { MAX_MAILS_IN_FOLDER, writeMailsTo } from "./mail-folder.ts";
import { createMailer, createQueuedMailer, type MailContent } from "./mailer.ts";
import { sendBySmtp } from "./smtp.ts";

const FROM = "Todo <todo@todo.example>";
const CONTENT: MailContent = {
  subject: "Choose a new password",
  paragraphs: ["Hello Ada,", "you can choose a new password now."],
  action: { label: "Choose a new password", url: "https://todo.example/reset-password#token=a&b=c" },
  note: "The link works once.",
};

async function startTestMailbox(host?: string): Promise<Mailbox> {
  const mailbox = await startMailbox(host);
  onTestFinished(() => mailbox.stop());
  return mailbox;
}

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "todo-mail-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "mail");
}

function captureErrors(): string[] {
  const lines: string[] = [];
  const error = vi.spyOn(console, "error").mockImplementation((line) => void lines.push(String(line)));
  onTestFinished(() => error.mockRestore());
  return lines;
}

it("mail has a text and an HTML body with the same content, and no remote content", async () => {
  const mailbox = await startTestMailbox();
  const mailer = createMailer({ smtpUrl: mailbox.url, from: FROM, folder: "", printsLinks: false });
  mailer.send("ada@example.com", CONTENT);
  const { text, html, parsed } = await mailbox.waitFor("ada@example.com", CONTENT.subject);
  expect(text).toBe(
    "Hello Ada,\n\nyou can choose a new password now.\n\nChoose a new password:\nhttps://todo.example/reset-password#token=a&b=c\n\nThe link works once.\n",
  );
  for (const part of ["Hello Ada,", "you can choose a new password now.", "The link works once."])
    expect(html).toContain(part);
  expect(html).toContain('href="https://todo.example/reset-password#token=a&amp;b=c"');
  expect(html).not.toMatch(/<img|<script|<link|url\(|src=/i);
  expect(parsed.from?.value).toEqual([{ name: "Todo", address: "todo@todo.example" }]);
  expect(parsed.headers.get("auto-submitted")).toBe("auto-generated");
});

it("line breaks and markup in a name change neither the headers nor the HTML", async () => {
  const mailbox = await startTestMailbox();
  const mailer = createQueuedMailer(FROM, sendBySmtp(mailbox.url));
  const name = 'Ada\r\nBcc: eve@example.com\r\n\r\n<img src="https://evil.example/x">';
  mailer.send("ada@example.com", { subject: `Hello ${name}`, paragraphs: [`Hello ${name},`] });
  const { subject, html, text, parsed } = await mailbox.waitFor("ada@example.com");
  expect(subject).toBe('Hello Ada Bcc: eve@example.com <img src="https://evil.example/x">');
  expect(parsed.headers.has("bcc")).toBe(false);
  expect(addressesOf(parsed.to)).toEqual(["ada@example.com"]);
  expect(html).not.toContain("<img");
  expect(text).toContain("Hello Ada Bcc: eve@example.com");
  expect(mailbox.mails).toHaveLength(1);
});

it("text with several addresses is not a list of recipients", async () => {
  const mailbox = await startTestMailbox();
  const lines = captureErrors();
  const mailer = createQueuedMailer(FROM, sendBySmtp(mailbox.url), { retryDelaysMs: [] });
  mailer.send("ada@example.com, eve@example.com", CONTENT);
  mailer.send("bob@example.com", CONTENT);
  await mailbox.waitFor("bob@example.com");
  await vi.waitFor(() => expect(mailbox.mailsTo("eve@example.com").length + lines.length).toBe(1));
  expect(mailbox.mailsTo("eve@example.com")).toEqual([]);
});

it("mail is sent at the third attempt after two temporary failures, once", async () => {
  const mailbox = await startTestMailbox();
  const mailer = createQueuedMailer(FROM, sendBySmtp(mailbox.url), { retryDelaysMs: [1, 1] });
  mailbox.refuseNext(451, 451);
  mailer.send("ada@example.com", CONTENT);
  await mailbox.waitFor("ada@example.com");
  expect(mailbox.mails).toHaveLength(1);
});

it.each([
  ["temporary", 451, 3],
  ["permanent", 550, 1],
])(
  "mail with %s failures is given up after its attempts, and logged without the address",
  async (_, code, attempts) => {
    const lines = captureErrors();
    const deliver = vi.fn(async () => {
      throw Object.assign(new Error("<ada@example.com> refused"), { code: "EENVELOPE", responseCode: code });
    });
    createQueuedMailer(FROM, deliver, { retryDelaysMs: [1, 1] }).send("ada@example.com", CONTENT);
    await vi.waitFor(() => expect(lines).toHaveLength(1));
    expect(lines).toEqual([`mail: not sent, attempt ${attempts} was the last one (EENVELOPE, ${code})`]);
    expect(deliver).toHaveBeenCalledTimes(attempts);
  },
);

it("mail is sent after the caller has gone on", async () => {
  const deliver = vi.fn(async () => {});
  const mailer = createQueuedMailer(FROM, deliver);
  mailer.send("ada@example.com", CONTENT);
  await Promise.resolve();
  await new Promise(setImmediate);
  expect(deliver).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(deliver).toHaveBeenCalledTimes(1));
});

it("mails beyond the bound of the queue are dropped, and logged", async () => {
  const lines = captureErrors();
  let release = () => {};
  const deliver = vi.fn(() => new Promise<void>((resolve) => (release = resolve)));
  const mailer = createQueuedMailer(FROM, deliver, { maxWaiting: 1, startDelayMs: 0 });
  for (let mail = 0; mail < 5; mail++) mailer.send("ada@example.com", CONTENT);
  await vi.waitFor(() => expect(lines).toHaveLength(2));
  expect(lines[0]).toBe("mail: not sent (too many mails are waiting)");
  release();
});

it("work of the queue keeps the process running until the mail is sent", async () => {
  const works: Promise<void>[] = [];
  const deliver = vi.fn(async () => {});
  createQueuedMailer(FROM, deliver, { keepAlive: (work) => void works.push(work) }).send("ada@example.com", CONTENT);
  await Promise.all(works);
  expect(deliver).toHaveBeenCalledTimes(1);
});

// Other systems have one loopback address.
it.skipIf(process.platform !== "linux")("password is not sent to a remote server without TLS", async () => {
  // The transport treats this address as that of another machine.
  const mailbox = await startTestMailbox("127.0.0.2");
  const lines = captureErrors();
  const url = mailbox.url.replace("smtp://", "smtp://ann:secret@");
  createQueuedMailer(FROM, sendBySmtp(url), { retryDelaysMs: [] }).send("ada@example.com", CONTENT);
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  expect(lines[0]).toContain("(ETLS");
  expect(mailbox.mails).toEqual([]);
});

it("without SMTP mails are private files, and the terminal shows their links without the address", async () => {
  const lines = captureErrors();
  const folder = createFolder();
  const mailer = createMailer({ smtpUrl: undefined, from: FROM, folder, printsLinks: true });
  mailer.send("ada@example.com", CONTENT);
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  const [name = ""] = readdirSync(folder);
  expect(lines[0]).toBe(
    `mail: Choose a new password: https://todo.example/reset-password#token=a&b=c (${join(folder, name)})`,
  );
  expect(name).toMatch(/^\d{4}-.*\.eml$/);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  const content = readFileSync(join(folder, name), "utf8");
  expect(content).toContain("To: ada@example.com");
  expect(content).toContain("multipart/alternative");
});

it("terminal of a server with an https address shows no link", async () => {
  const lines = captureErrors();
  const folder = createFolder();
  createMailer({ smtpUrl: undefined, from: FROM, folder, printsLinks: false }).send("ada@example.com", CONTENT);
  await vi.waitFor(() => expect(existsSync(folder) && readdirSync(folder).length).toBe(1));
  expect(lines).toEqual([]);
});

it("folder keeps the newest mails", async () => {
  const folder = createFolder();
  const deliver = writeMailsTo(folder, false);
  const message = { id: "00000000", from: FROM, to: "ada@example.com", subject: "A", text: "b", html: "c" };
  await deliver(message);
  for (let mail = 0; mail < MAX_MAILS_IN_FOLDER; mail++)
    writeFileSync(join(folder, `2000-01-01-${String(mail).padStart(3, "0")}.eml`), "");
  await deliver({ ...message, id: "11111111" });
  const names = readdirSync(folder).sort();
  expect(names).toHaveLength(MAX_MAILS_IN_FOLDER);
  expect(names[0]).toBe("2000-01-01-002.eml");
  expect(names.at(-1)).toContain("11111111");
});
