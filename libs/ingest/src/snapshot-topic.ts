import { randomUUID } from 'node:crypto';
import type { Admin, KafkaMessage, Producer } from 'kafkajs';
import { KafkaUnavailable } from './kafka-client.js';
import type { KafkaTail } from './kafka-tail.js';
import {
  inChunks,
  readSnapshot,
  SNAPSHOT_FORMAT,
  snapshotBytes,
  type Snapshot,
  type SnapshotHead,
} from './snapshot-bytes.js';
import type { SnapshotRooms, SnapshotStore } from './snapshots.js';

const KEPT = 2;
/** A revision is its owner's epoch · 2^40 and more, and a whole number below 2^53. */
const EPOCH_MAX = 2 ** 13 - 1;
/** What changed is added to a snapshot until it is so much of it; then all is written anew. */
const ADDED_SHARE_MAX = 0.5;
/** And so many times at most, so that a snapshot that cannot be read costs no more of the log than this. */
const ADDED_MAX = 20;

/** Written after the chunks of a snapshot, and again after those that were added to it: from then on they count. */
interface Whole {
  kind: 'snapshot';
  format: number;
  epoch: number;
  number: number;
  chunks: number;
}

/** The last snapshot that is whole, as far as it was written. */
interface Written {
  chunks: number;
  bytes: number;
  added: number;
  addedBytes: number;
}

/** Says that a process owns the lane from here on. */
interface Claim {
  kind: 'claim';
  epoch: number;
  owner: string;
}

/** Where a chunk belongs; in its key. */
type Slot = `${number}/${number}`;

interface Found {
  epoch: number;
  owner: string | null;
  wholes: Whole[];
  chunks: Map<Slot, { number: number; bytes: Buffer[] }>;
}

/**
 * Ownership and snapshots of one lane in one partition of a compacted topic, so that whoever owns the lane next finds
 * what the last one knew. A snapshot is cut into chunks; it counts once the record after them says it is whole. What
 * changed since is added to it in further chunks, which count once that record is written again. Each owner writes in
 * turn into two slots of its own epoch: one that was cut off leaves the one before, and an owner of an old epoch that
 * still writes touches nothing that counts.
 */
export class SnapshotTopic<State> implements SnapshotStore<State> {
  private epoch = 0;
  private number = 0;
  private wasCutOff = false;
  private written: Written | null = null;
  private found: Found | null = null;
  /** Where the whole ones begin, newest last. */
  private firstOffsets: number[] = [];

  constructor(
    private readonly producer: Producer,
    private readonly tail: KafkaTail,
    private readonly admin: Admin,
    private readonly topic: string,
    private readonly partition: number,
  ) {}

  /** The epoch of whoever owns the lane now; 0: nobody ever has. */
  async epochNow(): Promise<number> {
    const found = emptyFound();
    await this.tail.readToEnd(this.topic, this.partition, (message) => take(found, message));
    return found.epoch;
  }

  /** Becomes the lane's owner; answers its epoch, larger than that of any owner before. */
  async claim(): Promise<number> {
    const owner = randomUUID();
    const found = emptyFound();
    const { toEnd, letGo } = await this.tail.hold(this.topic, this.partition, (message) => take(found, message));
    try {
      await toEnd();
      // Two who claim at once see each other's claims when they read on: the one whose claim came last asks once more.
      while (found.owner !== owner) {
        if (found.epoch >= EPOCH_MAX) throw new KafkaUnavailable(tooManyOwners(`${this.topic}/${this.partition}`));
        const claim: Claim = { kind: 'claim', epoch: found.epoch + 1, owner };
        await this.send('claim', Buffer.from(JSON.stringify(claim)));
        await toEnd();
      }
    } finally {
      letGo();
    }
    this.epoch = found.epoch;
    this.found = found;
    return this.epoch;
  }

  newest(): Promise<Snapshot<State> | null> {
    const { wholes, chunks } = this.found ?? emptyFound();
    this.found = null;
    wholes.sort((a, b) => a.epoch - b.epoch || a.number - b.number || a.chunks - b.chunks);
    for (const { epoch, number, chunks: count } of wholes.reverse()) {
      const slot = chunks.get(slotOf(epoch, number));
      // Beyond what counts may lie what was being added when its owner was cut off.
      if (slot?.number !== number || slot.bytes.length < count) continue;
      const snapshot = readSnapshot<State>(Buffer.concat(slot.bytes.slice(0, count)));
      if (snapshot !== null) return Promise.resolve(snapshot);
    }
    if (wholes.length === 0) return Promise.resolve(null);
    const wanted = `no snapshot in ${this.topic}/${this.partition} is whole and of format ${SNAPSHOT_FORMAT}`;
    return Promise.reject(
      new Error(
        `${wanted}; run the version that wrote them, or begin anew with another KAFKA_LIVE_PREFIX and database`,
      ),
    );
  }

  async write(head: SnapshotHead, { all, since }: SnapshotRooms<State>, safe: () => Promise<void>): Promise<void> {
    const { written } = this;
    if (since !== null && written !== null && mayGrow(written)) {
      const pieces = snapshotBytes({ ...head, dropped: since.dropped }, since.parts());
      const { chunks, bytes } = await this.writeChunks(pieces, written.chunks, safe);
      this.written = { ...written, chunks, added: written.added + 1, addedBytes: written.addedBytes + bytes };
      return;
    }
    // Over the one that was cut off, never over the last that is whole.
    this.number += this.wasCutOff ? KEPT : 1;
    this.wasCutOff = true;
    this.written = null;
    const { chunks, bytes, first } = await this.writeChunks(snapshotBytes(head, all()), 0, safe);
    this.wasCutOff = false;
    this.written = { chunks, bytes, added: 0, addedBytes: 0 };
    this.firstOffsets.push(first);
    await this.forgetOlder();
  }

  /** Writes chunks behind the first `from` of the snapshot, and that it is whole with them. */
  private async writeChunks(
    pieces: Iterable<Buffer>,
    from: number,
    safe: () => Promise<void>,
  ): Promise<{ chunks: number; bytes: number; first: number }> {
    const { epoch, number } = this;
    const slot = slotOf(epoch, number);
    let chunks = from;
    let bytes = 0;
    let first = 0;
    for (const chunk of inChunks(pieces)) {
      const header = Buffer.alloc(8);
      header.writeDoubleLE(number);
      const offset = await this.send(`${slot}/${chunks++}`, Buffer.concat([header, chunk]));
      if (bytes === 0) first = offset;
      bytes += chunk.length;
    }
    await safe();
    const whole: Whole = { kind: 'snapshot', format: SNAPSHOT_FORMAT, epoch, number, chunks };
    await this.send(`${slot}/whole`, Buffer.from(JSON.stringify(whole)));
    return { chunks, bytes, first };
  }

  /** Compaction comes when the broker likes; what is older than the last two is of no use at once. */
  private async forgetOlder(): Promise<void> {
    this.firstOffsets = this.firstOffsets.slice(-KEPT);
    if (this.firstOffsets.length < KEPT) return;
    const offset = String(this.firstOffsets[0]!);
    await this.admin
      .deleteTopicRecords({ topic: this.topic, partitions: [{ partition: this.partition, offset }] })
      .catch(() => undefined);
  }

  /** Answers the record's offset. */
  private async send(key: string, value: Buffer): Promise<number> {
    const messages = [{ key, value, partition: this.partition }];
    const [written] = await this.producer.send({ topic: this.topic, acks: -1, messages });
    return Number(written?.baseOffset ?? 0);
  }
}

const mayGrow = ({ bytes, added, addedBytes }: Written): boolean =>
  added < ADDED_MAX && addedBytes < bytes * ADDED_SHARE_MAX;

const tooManyOwners = (where: string): string =>
  `${where} has had ${EPOCH_MAX} owners, as many as revisions can tell apart; begin anew with another ` +
  'KAFKA_LIVE_PREFIX and database, and look in the log for why it changes hands so often';

const emptyFound = (): Found => ({ epoch: 0, owner: null, wholes: [], chunks: new Map() });

const slotOf = (epoch: number, number: number): Slot => `${epoch}/${number % KEPT}`;

const CHUNK_KEY = /^(\d+\/\d+)\/(\d+)$/;

const take = (found: Found, { key, value }: KafkaMessage): void => {
  if (key === null || value === null) return;
  const chunk = CHUNK_KEY.exec(key.toString());
  if (chunk !== null) takeChunk(found, chunk[1] as Slot, Number(chunk[2]), value);
  else takeWord(found, JSON.parse(value.toString()) as Whole | Claim);
};

const takeChunk = ({ chunks }: Found, slot: Slot, index: number, value: Buffer): void => {
  const number = value.readDoubleLE(0);
  let known = chunks.get(slot);
  if (known?.number !== number) chunks.set(slot, (known = { number, bytes: [] }));
  known.bytes[index] = value.subarray(8);
};

const takeWord = (found: Found, word: Whole | Claim): void => {
  if (word.kind === 'snapshot') found.wholes.push(word);
  // Of two claims to one epoch the first stands.
  if (word.epoch > found.epoch) {
    found.epoch = word.epoch;
    found.owner = word.kind === 'claim' ? word.owner : null;
  }
};
