import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { toMailOptions } from "./mail-options.ts";
import type { Deliver } from "./mailer.ts";

export const MAX_MAILS_IN_FOLDER = 200;

/**
 * Writes each mail to a file. The links in them are secrets, so other users of the machine must not read them. With
 * `printsLinks` the link is written to the terminal too.
 */
export function writeMailsTo(folder: string, printsLinks: boolean): Deliver {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: "unix" });
  return async (message) => {
    const { message: content } = await transport.sendMail(toMailOptions(message));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    // In the order of their times.
    const file = join(folder, `${new Date().toISOString().replaceAll(":", "-")}-${message.id.slice(0, 8)}.eml`);
    await writeFile(file, content, { mode: 0o600 });
    await deleteOldest(folder);
    if (printsLinks) console.error(`mail: ${message.subject}: ${message.link ?? "without a link"} (${file})`);
  };
}

async function deleteOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".eml")).sort();
  for (const name of names.slice(0, -MAX_MAILS_IN_FOLDER)) await rm(join(folder, name), { force: true });
}
