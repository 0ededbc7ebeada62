/** A part of `records` that still fails, from which no single record (nor any larger run tried on the way) can be left out: delta debugging. */
export const smallestFailing = <T>(records: readonly T[], fails: (part: readonly T[]) => boolean): T[] => {
  let part = [...records];
  for (let run = Math.ceil(part.length / 2); run >= 1; run = run === 1 ? 0 : Math.ceil(run / 2)) {
    for (let at = 0; at < part.length;) {
      const without = [...part.slice(0, at), ...part.slice(at + run)];
      if (fails(without)) part = without;
      else at += run;
    }
  }
  return part;
};
