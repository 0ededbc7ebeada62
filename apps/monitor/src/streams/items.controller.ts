import { Controller, Get, Param } from '@nestjs/common';
import type { DataState } from '#contract';
import { emptyItemCounts } from '#domain';
import { ratio } from '#metric';
import { StoreReader } from '#store';
import { Asked, Operation } from '../rest/operation.js';
import type { QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { pageOf, wholeListQuery } from '../rest/whole-list.js';
import { KnownStreams } from './known-streams.js';

const NOBODY = { exposed: 0, clickers: 0, buyers: 0 };

/** Every item of a session that was presented, exposed, clicked or ordered. */
@Controller('api/v1/streams/:stream_id/items')
export class ItemsController {
  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
  ) {}

  @Get()
  @Operation({
    summary: 'Items with their counts, by item id',
    needs: 'read_streams',
    query: wholeListQuery,
    answer: ref('ItemsAnswer'),
  })
  async items(
    @Param('stream_id') stream_id: string,
    @Asked() asked: QueryValues<typeof wholeListQuery>,
  ): Promise<{ items: Record<string, unknown>[]; cursor: string | null; data: DataState }> {
    const stream = await this.streams.get(stream_id);
    const [totals, distinct, presentations] = await Promise.all([
      this.store.totals(stream),
      this.store.itemsDistinct(stream_id),
      this.store.presentations(stream_id),
    ]);
    const counts = new Map(Object.entries(totals.by_item));
    const item_ids = new Set([...counts.keys(), ...distinct.keys(), ...presentations.map(({ item_id }) => item_id)]);
    const items = [...item_ids].sort().map((item_id) => {
      const ofItem = presentations.filter((presentation) => presentation.item_id === item_id);
      const sums = counts.get(item_id) ?? emptyItemCounts();
      const people = distinct.get(item_id) ?? NOBODY;
      return {
        item_id,
        title: ofItem.findLast(({ title }) => title !== null)?.title ?? null,
        presentations: ofItem.length,
        ...sums,
        ...{ exposed: people.exposed, clickers: people.clickers, buyers: people.buyers },
        click_rate: ratio(people.clickers, people.exposed),
        click_to_paid: ratio(people.buyers, people.clickers),
        created_to_paid: ratio(sums.orders_paid, sums.orders_created),
      };
    });
    const { rows, cursor } = pageOf(items, asked, ({ item_id }) => [item_id]);
    return { items: rows, cursor, data: this.streams.data(stream) };
  }
}
