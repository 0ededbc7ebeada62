/** A row that was scored, and whether its label says that something was wrong. */
export interface Judged {
  score: number;
  wrong: boolean;
}

/**
 * Share of the pairs of a wrong row and one that is not in which the wrong one scores higher, ties counting half (the
 * area under the ROC curve): 1 is perfect, 0.5 is chance; `null` where there are no such pairs.
 */
export const separation = (judged: readonly Judged[]): number | null => {
  const sorted = [...judged].sort((a, b) => a.score - b.score);
  const wrongs = sorted.filter(({ wrong }) => wrong).length;
  if (wrongs === 0 || wrongs === sorted.length) return null;
  let ranks = 0;
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to < sorted.length && sorted[to]!.score === sorted[from]!.score) to++;
    const rank = (from + 1 + to) / 2;
    for (let n = from; n < to; n++) if (sorted[n]!.wrong) ranks += rank;
    from = to;
  }
  return (ranks - (wrongs * (wrongs + 1)) / 2) / (wrongs * (sorted.length - wrongs));
};
