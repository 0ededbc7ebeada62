import type { Alert, DeadLetter, Presentation, StreamSummary } from '#domain';

/** One line of JSONEachRow for each kind of row that is rare. */
export const presentationLine = (presentation: Presentation): string => JSON.stringify(presentation);

export const streamLine = (stream: StreamSummary): string => JSON.stringify(stream);

export const alertLine = ({ summary, evidence, hint, ...columns }: Alert): string =>
  JSON.stringify({ ...columns, details: JSON.stringify({ summary, evidence, hint }) });

export const deadLetterLine = (letter: DeadLetter): string => JSON.stringify(letter);
