/** The middle value, or the mean of the two middle values. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Statistics of the ratios within each round, so that what slows down a whole round cancels out. */
export function ratioStatistics(numerators, denominators) {
  const ratios = numerators.map((value, round) => value / denominators[round]);
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) };
}
