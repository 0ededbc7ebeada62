import { Controller, Get, Param } from '@nestjs/common';
import type { Principal } from '#auth';
import type { HistoryAnswer, PresentationRow } from '#contract';
import { StoreReader } from '#store';
import type { StoredSession } from '#store';
import { roomsPattern } from '../query/rooms-pattern.js';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation } from '../rest/operation.js';
import { cursorParameter, integerParameter, isTimeKey, limitParameter, textParameter } from '../rest/query.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { KnownStreams } from '../streams/known-streams.js';
import { Ledger } from '../streams/ledger.js';
import { rangeOf, rangeQuery } from '../streams/range-query.js';

const query = {
  ...rangeQuery,
  host: textParameter(200),
  seconds_min: integerParameter(0, 86_400, 0),
  limit: limitParameter,
  cursor: cursorParameter(isTimeKey),
};
/** Sessions read at once: a whole one is never split over two pages. */
const SESSIONS_AT_ONCE = 20;

/** An item over all its sessions. */
@Controller('api/v1/items/:item_id/history')
export class HistoryController {
  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    private readonly ledger: Ledger,
  ) {}

  @Get()
  @Operation({
    summary:
      'Every presentation of an item, newest session first; a page ends with a whole session, so it may exceed the limit',
    needs: 'read_streams',
    query,
    answer: ref('HistoryAnswer'),
  })
  async history(
    @Param('item_id') item_id: string,
    @Asked() asked: QueryValues<typeof query>,
    @Caller() caller: Principal,
  ): Promise<HistoryAnswer> {
    const range = rangeOf(asked);
    const rooms = roomsPattern(caller);
    const presentations: HistoryAnswer['presentations'] = [];
    let { cursor } = asked;
    do {
      const page = await this.store.itemStreams(rooms, item_id, asked.host, range, SESSIONS_AT_ONCE, cursor);
      const known = page.rows.map(({ stream_id }) => stream_id);
      const summaries = new Map((await this.store.summaries(known)).map((stream) => [stream.stream_id, stream]));
      const streams = known.flatMap((stream_id) => summaries.get(stream_id) ?? []);
      const ledgers = await Promise.all(streams.map((stream) => this.ledgerOf(stream)));
      const wanted = ({ from, seconds, ...row }: PresentationRow): boolean =>
        row.item_id === item_id && from >= range.from && from < range.to && seconds >= asked.seconds_min;
      presentations.push(...ledgers.flatMap((rows) => rows.filter(wanted).reverse()));
      ({ cursor } = page);
    } while (presentations.length < asked.limit && cursor !== null);
    return { item_id, presentations, cursor };
  }

  private async ledgerOf(stream: StoredSession): Promise<HistoryAnswer['presentations']> {
    const { stream_id, title: stream_title, host } = stream;
    const data = this.streams.data(stream);
    const rows = await this.ledger.of(stream);
    return rows.map(
      (row) => ({ ...row, stream_id, stream_title, host, data }) as HistoryAnswer['presentations'][number],
    );
  }
}
