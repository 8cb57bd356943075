/** The middle one, or the mean of the two in the middle. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Of the ratios within each round: what both had to bear in that round cancels out. */
export function ratio(numbers, others) {
  const each = numbers.map((number, round) => number / others[round]);
  return { median: median(each), least: Math.min(...each), most: Math.max(...each) };
}
