const NEW_LINE = 0x0a;

/** The rows of a JSONEachRow stream, as they come: one array for each piece. */
export async function* jsonLines<Row>(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Row[]> {
  let rest = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = Buffer.concat([rest, piece]);
    const end = bytes.lastIndexOf(NEW_LINE) + 1;
    rest = bytes.subarray(end);
    if (end > 0) yield rowsOf<Row>(bytes.subarray(0, end));
  }
  if (rest.length > 0) yield rowsOf<Row>(rest);
}

const rowsOf = <Row>(bytes: Buffer): Row[] =>
  bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
