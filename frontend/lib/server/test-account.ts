import type { RecordedMail } from "./mail/test-mailer.ts";
import { cookiesOf, PASSWORD, sendRequest, type TestAuth } from "./test-utils.ts";

type App = Pick<TestAuth, "auth" | "mails">;

export const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { code?: string }).code;

/** Signs in with a browser of its own, or with the browser that has these cookies. */
export async function signIn({ auth }: App, email: string, cookie?: string): Promise<string> {
  const response = await sendRequest(auth, "/sign-in/email", {
    body: { email, password: PASSWORD },
    ...(cookie && { cookie }),
  });
  return cookiesOf(response);
}

export async function verifyEmail({ auth }: App, userId: string): Promise<void> {
  await (await auth.$context).internalAdapter.updateUser(userId, { emailVerified: true });
}

export async function findUser({ auth }: App, userId: string) {
  return (await auth.$context).internalAdapter.findUserById(userId);
}

/** The last mail to this address with this subject. */
export function findMail({ mails }: App, to: string, subject: string | RegExp): RecordedMail | undefined {
  return mails.findLast((mail) => mail.to === to && mail.subject.match(subject));
}

/** The token in the link of the last mail to this address with this subject. */
export function tokenOf(app: App, to: string, subject: string | RegExp): string {
  const url = findMail(app, to, subject)?.action?.url;
  return url?.split("#token=")[1] ?? "";
}
