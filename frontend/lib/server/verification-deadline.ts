const DAY_MS = 24 * 60 * 60 * 1000;

/** Time to confirm the address, from the first sign-in. */
const VERIFICATION_PERIOD_MS = 7 * DAY_MS;

/** `verifyEmailBy` is unset for accounts that have not signed in since there are mails. */
export type VerifiableUser = { emailVerified: boolean; verifyEmailBy?: Date | string | null };

export const verificationDeadline = (): Date => new Date(Date.now() + VERIFICATION_PERIOD_MS);

/** Whether the address was not confirmed in time. */
export const isVerificationOverdue = ({ emailVerified, verifyEmailBy }: VerifiableUser): boolean =>
  !emailVerified && Boolean(verifyEmailBy) && new Date(verifyEmailBy ?? 0) <= new Date();
