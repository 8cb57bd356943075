/** The change of an e-mail address that a request to `/verify-email` confirms. */
export type ConfirmedEmailChange = { userId: string; oldEmail: string; wasVerified: boolean; newEmail: string };

export type ConfirmationContext = { confirmedEmailChange?: ConfirmedEmailChange };

export const confirmedEmailChangeOf = (ctx: { context: object }): ConfirmedEmailChange | undefined =>
  (ctx.context as ConfirmationContext).confirmedEmailChange;
