/** Something that whoever started this can mend. */
export class Problem extends Error {}
