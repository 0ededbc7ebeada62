/** Hides what may be a telephone number, an account or an address: runs of five digits or more, also full-width and parted by blanks or dashes. */
export const redact = (text: string): string =>
  text.replace(/[0-9０-９](?:[ -]?[0-9０-９]){4,}/g, (run) => '*'.repeat([...run].length));
