/** A record on its way to Kafka. */
export interface Outgoing {
  readonly key: string;
  readonly value: Buffer;
}

/** A broker takes batches of up to 1 MiB, unless told otherwise; what surrounds the values is in the rest. */
const REQUEST_BYTES_MAX = 768 << 10;
/** What a record has beside its key and value, at most. */
const FRAME_BYTES = 32;

/** Cuts records into runs that a broker takes as one batch each, in order; one that is too large by itself goes alone. */
export function* requestsOf<Record extends Outgoing>(records: readonly Record[]): Generator<Record[]> {
  let run: Record[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = record.key.length * 3 + record.value.length + FRAME_BYTES;
    if (run.length > 0 && bytes + size > REQUEST_BYTES_MAX) {
      yield run;
      run = [];
      bytes = 0;
    }
    run.push(record);
    bytes += size;
  }
  if (run.length > 0) yield run;
}
