import type { Producer } from 'kafkajs';
import type { KafkaTail } from './kafka-tail.js';
import type { RestPlace, RoomArchive } from './room-archive.js';
import { inChunks, readSnapshot, SNAPSHOT_FORMAT, snapshotBytes, type SnapshotPart } from './snapshot-bytes.js';

/**
 * The states of one lane's streams that rest, each written once, in pieces, into the lane's partition of a topic that is
 * kept for as long as late records may come. The lane's snapshot says where each lies, so that whoever owns the lane next
 * finds it.
 */
export class ArchiveTopic<State> implements RoomArchive<State> {
  constructor(
    private readonly producer: Producer,
    private readonly tail: KafkaTail,
    private readonly topic: string,
    private readonly partition: number,
  ) {}

  async save(stream_id: string, part: SnapshotPart<State>): Promise<RestPlace> {
    const place: number[] = [];
    for (const value of inChunks(snapshotBytes({ positions: part.positions, resting: new Map() }, [part]))) {
      const messages = [{ key: stream_id, value, partition: this.partition }];
      const [written] = await this.producer.send({ topic: this.topic, acks: -1, messages });
      place.push(Number(written?.baseOffset ?? 0));
    }
    return place;
  }

  load(): null {
    return null;
  }

  async fetch(place: RestPlace): Promise<SnapshotPart<State> | null> {
    const pieces = new Map<number, Buffer>();
    const [from, last] = [place[0]!, place.at(-1)!];
    const isThere = await this.tail.readRange(this.topic, this.partition, from, last + 1, ({ offset, value }) => {
      if (value !== null && place.includes(Number(offset))) pieces.set(Number(offset), value);
    });
    if (!isThere || pieces.size < place.length) return null;
    const whole = Buffer.concat(place.map((offset) => pieces.get(offset)!));
    const part = readSnapshot<State>(whole)?.parts[0];
    if (part === undefined) throw new Error(brokenRest(`${this.topic}/${this.partition}@${from}`));
    return part;
  }
}

const brokenRest = (where: string): string =>
  `a stream that rests at ${where} is not of format ${SNAPSHOT_FORMAT}: run the version that wrote it, ` +
  'or begin anew with another KAFKA_LIVE_PREFIX and database';
