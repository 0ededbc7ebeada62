/** A line longer than any record may be is cut here: enough for the monitor to see that it is too large, and to say so. */
export const LINE_BYTES_MAX = 128 * 1024;

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The lines of a stream of bytes, without their ends (LF or CRLF), as they are: nothing is decoded. Memory follows the longest line. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let begun: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
      yield withoutReturn(extend(begun, chunk.subarray(from, to)));
      begun = Buffer.alloc(0);
      from = to + 1;
    }
    begun = extend(begun, chunk.subarray(from));
  }
  if (begun.length > 0) yield withoutReturn(begun);
}

const extend = (begun: Buffer, more: Buffer): Buffer => {
  const taken = more.subarray(0, Math.max(0, LINE_BYTES_MAX - begun.length));
  return begun.length === 0 ? taken : Buffer.concat([begun, taken]);
};

const withoutReturn = (line: Buffer): Buffer =>
  line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, line.length - 1) : line;
