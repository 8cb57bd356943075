/** Lower-case letters and digits that are not mistaken for each other: without 0, 1, i, l and o. */
export const RECOVERY_CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";

/** Authenticator apps show a code in two groups, which may be typed or pasted with a space. */
export const normalizeTotpCode = (code: string): string => code.replaceAll(/\s/g, "");

/** A recovery code as it was shown, from a value that was typed in capitals, without the hyphen or with spaces. */
export function normalizeRecoveryCode(code: string): string {
  const characters = code.toLowerCase().replaceAll(/[\s-]/g, "");
  return `${characters.slice(0, 5)}-${characters.slice(5)}`;
}
