import { Controller, Get, HttpCode, Inject, Post, Put, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Type } from 'typebox';
import { visible, type Principal } from '#auth';
import type { BacktestAnswer, BacktestRequest, RuleChange, RulePrecision, RuleRow, RulesAnswer } from '#contract';
import { ALERT_RULES, type AlertRule, type RuleSettings, type RuleValue } from '#domain';
import { checkSettings, isSettable, parametersOf, SETTABLE_RULES, type SettableRule } from '#detect';
import { alertEn, alertZh } from '#say';
import { StoreReader } from '#store';
import { AuditLog } from '../audit/audit-log.js';
import { Caller } from '../rest/caller.guard.js';
import { Asked, Operation, Sent } from '../rest/operation.js';
import { badRequest, notFound, ProblemException } from '../rest/problem.js';
import { textParameter, type QueryValues } from '../rest/query.js';
import { ref } from '../rest/schemas.js';
import { pageOf, wholeListQuery } from '../rest/whole-list.js';
import { KnownStreams } from '../streams/known-streams.js';
import { Backtests } from './backtests.js';
import { NO_ALERTS, precisionByRule } from './precision.js';
import { RuleBook } from './rule-book.js';

const listQuery = { ...wholeListQuery, stream_id: textParameter(64) };

const ruleChange = Type.Object(
  {
    rule: Type.Enum([...ALERT_RULES]),
    stream_id: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    settings: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()]),
  },
  { additionalProperties: false },
);

const backtestRequest = Type.Object(
  {
    rule: Type.Enum([...ALERT_RULES]),
    stream_ids: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 20 }),
    settings: Type.Optional(Type.Object({}, { additionalProperties: true })),
  },
  { additionalProperties: false },
);

/** What rules are set to, how they did, and the changing of it while everything runs. */
@Controller('api/v1/rules')
export class RulesController {
  constructor(
    @Inject(RuleBook) private readonly book: RuleBook,
    private readonly store: StoreReader,
    @Inject(Backtests) private readonly backtests: Backtests,
    private readonly streams: KnownStreams,
    private readonly audit: AuditLog,
  ) {}

  @Get()
  @Operation({
    summary:
      'Every rule that decides: its settings, what they mean, and its precision by what people said of its alerts',
    needs: 'read_rules',
    query: listQuery,
    answer: ref('RulesAnswer'),
  })
  async list(@Caller() caller: Principal, @Asked() asked: QueryValues<typeof listQuery>): Promise<RulesAnswer> {
    const { stream_id } = asked;
    checkVisible(caller, stream_id);
    const precision = await this.precision(caller, stream_id);
    const { rows, cursor } = pageOf(SETTABLE_RULES, asked, (rule) => [SETTABLE_RULES.indexOf(rule)]);
    return { rules: rows.map((rule) => this.row(rule, stream_id, precision)), cursor };
  }

  @Put()
  @Operation({
    summary:
      'Changes a rule for all streams or for one, at once; settings that are not named stay, null goes back to the defaults',
    needs: 'set_rules',
    body: ruleChange,
    answer: ref('RuleRow'),
  })
  async change(
    @Caller() caller: Principal,
    @Sent() { rule, stream_id = undefined, settings }: RuleChange,
  ): Promise<RuleRow> {
    const of = stream_id ?? null;
    checkVisible(caller, of);
    if (of === null && caller.role !== 'admin' && !caller.streams.includes('*'))
      throw new ProblemException(403, 'the token does not cover all streams; name one in "stream_id"');
    const settable = checked(rule, settings);
    const precision = await this.precision(caller, of);
    await this.audit.note(caller, 'set_rule', rule, { stream_id: of, settings });
    await this.book.set(settable, of, settings as Readonly<Record<string, RuleValue>> | null, caller.sub);
    return this.row(settable, of, precision);
  }

  @Post('backtest')
  @HttpCode(200)
  @Operation({
    summary:
      'What a rule, set as told, would have fired on stored sessions, against what it fired and what was said of it',
    needs: 'backtest',
    body: backtestRequest,
    answer: ref('BacktestAnswer'),
    problems: { 429: 'Another backtest runs; try again after `Retry-After` seconds.' },
  })
  async backtest(
    @Caller() caller: Principal,
    @Sent() { rule, stream_ids, settings = {} }: BacktestRequest,
    @Req() { socket }: Request,
  ): Promise<BacktestAnswer> {
    const settable = checked(rule, settings);
    if (BY_WALL_CLOCK.includes(settable))
      throw badRequest(`"${rule}" goes by the wall clock: its inputs are not in the stored session`);
    for (const stream_id of stream_ids) checkVisible(caller, stream_id);
    const streams = await Promise.all([...new Set(stream_ids)].map((stream_id) => this.streams.get(stream_id)));
    await this.audit.note(caller, 'backtest', rule, { stream_ids, settings });
    const set = settings as Readonly<Record<string, RuleValue>>;
    const outcome = await this.backtests.run(settable, set, streams, () => socket.destroyed);
    if (outcome.kind === 'gone') throw badRequest('broken off: nobody waited for the answer');
    if (outcome.kind === 'busy')
      throw new ProblemException(429, 'another backtest runs; try again when it is done', { 'Retry-After': '5' });
    return {
      rule,
      settings: { ...this.book.standing(settable, null).settings, ...settings } as RuleSettings,
      sessions: outcome.sessions,
    };
  }

  private row(rule: SettableRule, stream_id: string | null, precision: ReadonlyMap<AlertRule, RulePrecision>): RuleRow {
    return {
      ...{ rule, stream_id },
      ...this.book.standing(rule, stream_id),
      parameters: parametersOf(rule),
      title: { en: alertEn.rule[rule], zh: alertZh.rule[rule] },
      description: { en: alertEn.ruleAbout[rule], zh: alertZh.ruleAbout[rule] },
      precision: precision.get(rule) ?? NO_ALERTS,
    };
  }

  /** Of the alerts that the caller may see. */
  private async precision(caller: Principal, stream_id: string | null): Promise<ReadonlyMap<AlertRule, RulePrecision>> {
    const outcomes = await this.store.alertOutcomes(stream_id);
    return precisionByRule(outcomes.filter((each) => visible(caller, each.stream_id)));
  }
}

const BY_WALL_CLOCK: readonly SettableRule[] = ['feed_silent', 'data_stale'];

/** The rule, once it and what it is to be set to are known to be right. */
const checked = (rule: AlertRule, settings: RuleChange['settings']): SettableRule => {
  if (!isSettable(rule)) throw badRequest(`"${rule}" cannot be set; rules that can: ${SETTABLE_RULES.join(', ')}`);
  const outcome = checkSettings(rule, settings ?? {});
  if (!outcome.ok) throw badRequest(outcome.detail);
  return rule;
};

const checkVisible = (caller: Principal, stream_id: string | null): void => {
  if (stream_id !== null && !visible(caller, stream_id)) throw notFound(`the stream "${stream_id}"`);
};
