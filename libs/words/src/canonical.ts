/** Marks that are there only to be invisible or to colour an emoji. */
const UNSEEN = /[\p{Cf}\u{FE00}-\u{FE0F}\u{1F3FB}-\u{1F3FF}]/gu;
/** The same letter or sign three times and more; digits stay: 1000 is not 100. */
const REPEATED = /([^\p{N}])\1{2,}/gu;
const BLANKS = /\s+/gu;

/** A message in one form: full width as half, lower case, nothing unseen, each repetition as two, single blanks. */
export const canonical = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(UNSEEN, '').replace(REPEATED, '$1$1').replace(BLANKS, ' ').trim();
