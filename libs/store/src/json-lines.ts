import { setImmediate as giveWay } from 'node:timers/promises';

/** Characters of rows that are parsed before other work gets its turn: some milliseconds. */
const SLICE_CHARS = 500_000;

/** The rows of a JSONEachRow answer; of a long one a slice at a time, so that nothing else waits for it. */
export const rowsOfText = async <Row>(text: string): Promise<Row[]> => {
  const rows: Row[] = [];
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from + SLICE_CHARS);
    const slice = text.slice(from, end < 0 ? text.length : end);
    for (const line of slice.split('\n')) if (line !== '') rows.push(JSON.parse(line) as Row);
    if (end < 0) break;
    from = end + 1;
    await giveWay();
  }
  return rows;
};

const NEW_LINE = 0x0a;

/** The rows of a JSONEachRow stream, as they come: one array for each piece. */
export async function* jsonLines<Row>(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Row[]> {
  for await (const lines of linesOf(pieces)) yield lines.map((line) => JSON.parse(line) as Row);
}

/** The rows of a JSONEachRow stream, each parsed when it is asked for: a piece of many rows holds nobody up. */
export async function* jsonRows<Row>(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
  for await (const lines of linesOf(pieces)) for (const line of lines) yield JSON.parse(line) as Row;
}

async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  let rest = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = Buffer.concat([rest, piece]);
    const end = bytes.lastIndexOf(NEW_LINE) + 1;
    rest = bytes.subarray(end);
    if (end > 0) yield split(bytes.subarray(0, end));
  }
  if (rest.length > 0) yield split(rest);
}

const split = (bytes: Buffer): string[] =>
  bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
