import type { MailContent } from "./mailer.ts";

export type Message = {
  id: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  link?: string;
};

/** The subject and both bodies of a mail. The HTML has no images, scripts or links to other sites. */
export function renderMail({ subject, paragraphs, action, note }: MailContent) {
  const title = oneLine(subject);
  const text = [
    ...paragraphs.map(oneLine),
    ...(action ? [`${oneLine(action.label)}:\n${action.url}`] : []),
    ...(note ? [oneLine(note)] : []),
  ];
  return {
    subject: title,
    text: `${text.join("\n\n")}\n`,
    html: renderHtml({ subject: title, paragraphs, action, note }),
    link: action?.url,
  };
}

function renderHtml({ subject, paragraphs, action, note }: MailContent): string {
  const body = [
    ...paragraphs.map((paragraph) => `<p style="margin:0 0 16px">${escapeHtml(oneLine(paragraph))}</p>`),
    ...(action ? [renderAction(action)] : []),
    ...(note ? [`<p style="margin:0;font-size:14px;color:#5b6470">${escapeHtml(oneLine(note))}</p>`] : []),
  ];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1c2430;background:#ffffff">
<div style="max-width:34rem;margin:0 auto">
<h1 style="margin:0 0 16px;font-size:20px">${escapeHtml(subject)}</h1>
${body.join("\n")}
</div>
</body>
</html>
`;
}

/** The address is shown too, for programs that do not show the link. */
function renderAction({ label, url }: NonNullable<MailContent["action"]>): string {
  const href = escapeHtml(url);
  const style = "display:inline-block;padding:12px 20px;border-radius:10px;background:#1f5f4a;color:#ffffff";
  return `<p style="margin:0 0 16px"><a href="${href}" style="${style};text-decoration:none;font-weight:600">${escapeHtml(oneLine(label))}</a></p>
<p style="margin:0 0 16px;font-size:14px;color:#5b6470;overflow-wrap:anywhere">${href}</p>`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

/** Names can contain control and bidirectional characters. In a subject a line break would begin another header. */
const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim();
