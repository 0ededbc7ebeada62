import { Controller, Get, Param } from '@nestjs/common';
import type { LiftAnswer } from '#contract';
import { itemLifts, marginalMinutes } from '#metric';
import { StoreReader } from '#store';
import { Asked, Operation } from '../rest/operation.js';
import { ref } from '../rest/schemas.js';
import { KnownStreams } from './known-streams.js';
import { Ledger } from './ledger.js';

const METHOD = {
  en: 'Associations with 95 % intervals, not causes. Orders: Poisson, with the dispersion that the item’s own minutes on air show; money: a sum of independent orders. An item’s orders are credited from its first second until 60 s after its last. The opening of the next item is its first two minutes.',
  zh: '仅为相关关系及 95% 区间，并非因果。订单按泊松分布并计入该商品讲解各分钟的离散度；金额视为相互独立的订单之和。订单归因自讲解开始至结束后 60 秒。“下一商品开场”为其前两分钟。',
} as const;

/** What items and minutes on air were worth. */
@Controller('api/v1/streams/:stream_id/lift')
export class LiftController {
  constructor(
    private readonly store: StoreReader,
    private readonly streams: KnownStreams,
    private readonly ledger: Ledger,
  ) {}

  @Get()
  @Operation({
    summary: 'Orders of each item on air against off, and GMV of each minute against the next item’s opening',
    needs: 'read_streams',
    answer: ref('LiftAnswer'),
  })
  async lift(@Param('stream_id') stream_id: string, @Asked() _: object): Promise<LiftAnswer> {
    const stream = await this.streams.get(stream_id);
    const [shown, lines, totals] = await Promise.all([
      this.ledger.of(stream),
      this.ledger.paidLines(stream),
      this.store.totals(stream),
    ]);
    return {
      items: itemLifts(shown, lines, totals.panes),
      marginal: marginalMinutes(shown, lines),
      method: METHOD,
      data: this.streams.data(stream),
    };
  }
}
