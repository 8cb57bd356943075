/** An error that the person running the benchmark can fix. Only its message is printed. */
export class UserError extends Error {}
