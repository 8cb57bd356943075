/** Errors of a sign-in with a provider, from the query of the page that the browser returns to. Codes are Better Auth's. */
const CANCELLED = ["access_denied"];

const EXPIRED = ["state_mismatch", "state_not_found", "state_invalid", "please_restart_the_process"];

/**
 * What happened and what to do. Of the address of the page only known codes and names of configured providers are used,
 * so that a link cannot show a text of its own. `name` is that of the provider, if it is known.
 */
export function socialErrorMessage(code: string, name = "the other service"): string {
  if (CANCELLED.includes(code)) return `You are not signed in, because you stopped at ${name}. You can try again.`;
  if (EXPIRED.includes(code)) return "That took too long, or was started in another browser. Try again.";
  const message = Object.hasOwn(MESSAGES, code.toLowerCase()) ? MESSAGES[code.toLowerCase()] : undefined;
  return (
    message?.(name) ?? `${capitalized(name)} did not confirm who you are. Nothing was changed; try again in a moment.`
  );
}

const MESSAGES: Record<string, (name: string) => string> = {
  account_not_linked: (name) =>
    `There is an account with this e-mail address already. Sign in with your password, and connect ${name} in the settings, once your address is verified.`,
  email_not_found: (name) =>
    `${capitalized(name)} did not send a verified e-mail address. Verify your address there, or use a password here.`,
  email_too_long: (name) => `Your e-mail address at ${name} is too long for an account.`,
  provider_unavailable: (name) => `${capitalized(name)} can’t be reached right now. Try again in a moment.`,
  account_email_not_verified: (name) => `Verify the e-mail address of this account first. Then connect ${name}.`,
  email_does_not_match: (name) =>
    `Your account at ${name} has another e-mail address than this one. Both must be the same.`,
  account_already_linked_to_different_user: (name) =>
    `This account at ${name} is connected to another account here. Disconnect it there first.`,
  unable_to_link_account: (name) =>
    `${capitalized(name)} was not connected, because your session has ended. Try again.`,
};

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
