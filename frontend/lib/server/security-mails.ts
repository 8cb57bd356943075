import { isIP } from "node:net";
import type { DBTransactionAdapter, User } from "better-auth";
import type { MailOptions, RecordedActivity } from "./account-activity.ts";
import { countRecentLinks, createAccountLink, RESTORE_DAYS } from "./account-links.ts";
import type { MailContent, Mailer } from "./mail/mailer.ts";

type MailText = { subject: string; text: string };

/** The activities that the owner of an account is told by mail. */
const MAIL_TEXTS: Record<string, MailText> = {
  sign_in: {
    subject: "New sign-in to your account",
    text: "Your Todo account was signed in to with a browser that had not been used for it before.",
  },
  password_change: { subject: "Your password was changed", text: "The password of your Todo account was changed." },
  password_reset: {
    subject: "Your password was reset",
    text: "The password of your Todo account was replaced, by the link of a mail to this address. All devices were signed out.",
  },
  email_change_requested: {
    subject: "Change of your e-mail address requested",
    text: "A new e-mail address was entered for your Todo account.",
  },
  email_changed: {
    subject: "Your e-mail address was changed",
    text: "Your Todo account has another e-mail address now.",
  },
  email_change_reverted: {
    subject: "The change of your e-mail address was undone",
    text: "Your Todo account has its earlier e-mail address again. This address no longer belongs to it.",
  },
  passkey_added: {
    subject: "A passkey was added to your account",
    text: "Your Todo account can be signed in to with a new passkey.",
  },
  passkey_removed: {
    subject: "A passkey was removed from your account",
    text: "A passkey of your Todo account was removed. It no longer signs in.",
  },
  two_factor_enabled: {
    subject: "Two-step sign-in was turned on",
    text: "Signing in to your Todo account now takes a code beside the password.",
  },
  two_factor_disabled: {
    subject: "Two-step sign-in was turned off",
    text: "Signing in to your Todo account no longer takes a code beside the password.",
  },
  recovery_codes_renewed: {
    subject: "New recovery codes were created",
    text: "New recovery codes were created for your Todo account. The earlier ones no longer work.",
  },
  recovery_code_used: {
    subject: "A recovery code was used",
    text: "Your Todo account was signed in to with a recovery code. That code does not work again.",
  },
  personal_token_created: {
    subject: "A personal access token was created",
    text: "A personal access token was created. Programs that have it can use the tasks of your Todo account.",
  },
  social_account_linked: {
    subject: "Another sign-in was connected to your account",
    text: "Your Todo account can be signed in to with an account of another service.",
  },
  social_account_unlinked: {
    subject: "A connected sign-in was removed from your account",
    text: "An account of another service can no longer sign in to your Todo account.",
  },
};

const ACCOUNT_DELETED: MailText = {
  subject: "Your account was deleted",
  text: "Your Todo account and all of its tasks were deleted. This cannot be undone.",
};

/** In 24 hours, to one account, about one kind of event. */
export const MAX_MAILS_PER_DAY = 5;

/** Where an event comes from. */
type Origin = { device: string; client?: string | undefined; at: Date };

/** Tells owners by mail what happened to their accounts. */
export class SecurityMails {
  readonly #mailer: Mailer;
  readonly #baseUrl: string;

  constructor(mailer: Mailer, baseUrl: string) {
    this.#mailer = mailer;
    this.#baseUrl = baseUrl;
  }

  /** Sends the mail about an activity, if there is one for it. */
  async sendAboutActivity(database: DBTransactionAdapter, activity: RecordedActivity): Promise<void> {
    const { userId, event, outcome, mail = {} } = activity;
    const text = MAIL_TEXTS[event];
    // Most sign-ins are no news. A new browser is reported by the plugin that knows the browsers.
    if (!text || outcome !== "success" || event === "sign_in") return;
    await this.#send(database, { userId, event, text, mail, origin: activity });
  }

  async sendAboutNewDevice(database: DBTransactionAdapter, userId: string, origin: Origin): Promise<void> {
    const text = MAIL_TEXTS.sign_in as MailText;
    await this.#send(database, { userId, event: "sign_in", text, mail: {}, origin });
  }

  /** Without a link: there is nothing left to protect. */
  sendAboutDeletion(to: string, origin: Origin): void {
    this.#mailer.send(to, {
      subject: ACCOUNT_DELETED.subject,
      paragraphs: [
        ACCOUNT_DELETED.text,
        describeOrigin(origin),
        "If this was not you, someone knew your password or had your device. Change the password wherever you use the same one.",
      ],
    });
  }

  async #send(
    database: DBTransactionAdapter,
    {
      userId,
      event,
      text,
      mail,
      origin,
    }: { userId: string; event: string; text: MailText; mail: MailOptions; origin: Origin },
  ): Promise<void> {
    if ((await countRecentLinks(database, userId, event)) >= MAX_MAILS_PER_DAY) return;
    const to = mail.to ?? (await findEmail(database, userId));
    if (!to) return;
    const content: MailContent = {
      subject: text.subject,
      paragraphs: [[text.text, mail.detail].filter(Boolean).join(" "), describeOrigin(origin)],
    };
    const { link = "report" } = mail;
    if (link === "none") return this.#mailer.send(to, content);
    const restoresEmail = link === "restore-email";
    const token = await createAccountLink(database, { userId, event, email: to.toLowerCase(), restoresEmail });
    this.#mailer.send(to, {
      ...content,
      paragraphs: [...content.paragraphs, "If this was you, there is nothing to do."],
      action: { label: "This was not me", url: `${this.#baseUrl}/account-alert#token=${token}` },
      note: restoresEmail
        ? `The link works once, for ${RESTORE_DAYS} days. It asks before it does anything: this address belongs to the account again, all devices are signed out, and you choose a new password.`
        : "The link works once, for 30 days. It asks before it does anything: all devices are signed out, and you choose a new password.",
    });
  }
}

/** The events that have a mail. */
export const MAILED_EVENTS: readonly string[] = [...Object.keys(MAIL_TEXTS), "account_deleted"];

async function findEmail(database: DBTransactionAdapter, userId: string): Promise<string | undefined> {
  const user = await database.findOne<User>({ model: "user", where: [{ field: "id", value: userId }] });
  return user?.email;
}

const TIME_FORMAT = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });

function describeOrigin({ device, client, at }: Origin): string {
  // Behind a proxy the address is what the proxy says.
  const address = client && isIP(client) ? `, from the address ${client}` : "";
  return `${device}${address}, on ${TIME_FORMAT.format(at)} UTC.`;
}

/** Enough for the owner to recognize an address. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf("@");
  return `${email.slice(0, 1)}…${email.slice(at)}`;
}
