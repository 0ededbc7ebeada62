import { useEffect, useMemo, useState, type ReactNode } from 'react';
import type { ActionShown, DataState, MetricDefinition, MetricValues, PresentationRow, ReplayState } from '#contract';
import { PANE_MS, type AlertOutcome } from '#domain';
import { SPANS, type Span } from '../address.js';
import { AlertList } from '../alerts/alert-list.js';
import { OUTCOME_KEYS, OUTCOMES } from '../alerts/outcomes.js';
import { ActionPanel } from '../desk/action-panel.js';
import { Desk, DESK_TABS, TAB_KEYS, type DeskTab } from '../desk/desk.js';
import { HostPanel } from '../desk/host-panel.js';
import { ItemPanel } from '../desk/item-panel.js';
import { RundownPanel } from '../desk/rundown-panel.js';
import { SaidPanel } from '../desk/said-panel.js';
import { useKeys } from '../keys.js';
import type { AckFailure } from '../live/acknowledge.js';
import type { CurvePoint } from '../live/curves.js';
import { freshnessOf, isStale, type Freshness, type Link } from '../live/freshness.js';
import { useNow } from '../live/now.js';
import type { Range, Rest, StreamAnswer } from '../live/rest.js';
import { byNeed, type RoomState } from '../live/room-state.js';
import { isSeen } from '../live/seen.js';
import { useAsked } from '../live/use-asked.js';
import { NEVER_AGAIN } from '../live/wait-after.js';
import { ExportMenu } from '../replay/export-menu.js';
import { comparedPresentation } from '../compare/compared.js';
import { openHere } from '../parts/open-here.js';
import { useSpeech } from '../words/speech.js';
import { itemHues, ordinals } from './item-colour.js';
import { KeyNumbers } from './key-numbers.js';
import { Ledger } from './ledger.js';
import { LiveCurves } from './live-curves.js';
import { numbersOver, withoutPresence } from './numbers.js';
import { paneNamesOf } from './pane-names.js';
import { RoomHeader } from './room-header.js';

/** Where a room's other screens are. */
export interface RoomLinks {
  readonly host: string;
  readonly replay: string;
  readonly room: string;
  readonly compare: (of: readonly string[]) => string;
  readonly open: (href: string) => void;
}

interface Props {
  link: Link;
  rest: Rest;
  stream_id: string;
  span: Span;
  onSpan: (span: Span) => void;
  definitions: ReadonlyMap<string, MetricDefinition>;
  links: RoomLinks;
  shown: 'dark' | 'light';
  room: RoomState;
  session: StreamAnswer | null;
  ledger: readonly PresentationRow[];
  /** Where a replay stands; `null`: the room is live, or over. */
  replay: ReplayState | null;
  player: ReactNode;
  /** `null` where nothing plays. */
  onSeek: ((at: number) => void) | null;
  /** `null` where alerts are only looked at. */
  acknowledge: ((alert_id: string, outcome: AlertOutcome | null) => Promise<AckFailure | null>) | null;
  noted: ((actions: readonly ActionShown[]) => void) | null;
}

const RUNDOWN_EVERY_MS = 15_000;
const ACTIONS_EVERY_MS = 30_000;
const RULES_EVERY_MS = 60_000;
/** So far figures may come after the line of a replay, at its own pace. */
const BEHIND_MS = 5_000;
/** What is said is counted over a minute. */
const SAID_MS = 60_000;

/** One room: its header, numbers, curves and alerts; below them the ledger of its presentations. */
export const RoomView = (props: Props) => {
  const { link, rest, stream_id, span, onSpan, definitions, links, shown } = props;
  const { room, session, ledger, replay, player, onSeek, acknowledge, noted } = props;
  const { words } = useSpeech();
  const now = useNow(1000);
  const { stream, data, heard_at } = room;

  const [tab, setTab] = useState<DeskTab>('item');
  const isLive = stream?.status === 'live';
  const isOnAir = isLive && replay === null;
  /** What is over changes no more: it is asked for once. */
  const whileOnAir = (everyMs: number): number => (isOnAir ? everyMs : NEVER_AGAIN);
  const rundown = useAsked(stream_id, (signal) => rest.rundown(stream_id, signal), whileOnAir(RUNDOWN_EVERY_MS));
  const actions = useAsked(stream_id, (signal) => rest.actions(stream_id, signal), whileOnAir(ACTIONS_EVERY_MS)).asked;
  const hostView = useAsked(
    isOnAir ? stream_id : null,
    (signal) => rest.hostView(stream_id, signal),
    RUNDOWN_EVERY_MS,
    stream_id,
  );
  const rules = useAsked('rules', (signal) => rest.rules(null, signal), RULES_EVERY_MS).asked;
  const precision = useMemo(
    () => new Map(rules.kind === 'known' ? rules.body.rules.map((row) => [row.rule, row.precision]) : []),
    [rules],
  );
  const titles = useMemo(
    () => new Map(room.presentations.flatMap(({ item_id, title }) => (title === null ? [] : [[item_id, title]]))),
    [room.presentations],
  );
  const known = actions.kind === 'known' ? actions.body.actions : null;
  useEffect(() => {
    if (known !== null) noted?.(known);
  }, [known, noted]);

  // What was said then is not told in a replay: it is asked for, of the minute before.
  const moment = replay === null || data === null ? null : coarse(data.as_of, replay.speed);
  const then = useAsked(
    moment === null ? null : `${stream_id} ${moment}`,
    (signal) => rest.keywords(stream_id, { from: (moment ?? 0) - SAID_MS, to: moment ?? 0 }, signal),
    NEVER_AGAIN,
    stream_id,
  ).asked;
  const saidThen = then.kind === 'known' ? then.body : null;

  const mostUrgent = byNeed(room.alerts).find(({ status, outcome }) => outcome === null && status !== 'corrected');
  const mark = (outcome: AlertOutcome | null) => (): void => {
    if (mostUrgent === undefined || acknowledge === null || (outcome === null && mostUrgent.status !== 'firing'))
      return;
    // Its own button is pressed, so that a refusal is said where it stands.
    const card = document.getElementById(`alert-${mostUrgent.alert_id}`);
    card?.querySelector<HTMLElement>(`[data-mark="${outcome ?? 'taken_up'}"]`)?.click();
    card?.querySelector<HTMLElement>('.alert-actions button')?.focus();
  };
  const spans = spansOf(isLive, replay !== null);
  useKeys({
    a: mark(null),
    ...Object.fromEntries(spans.map((one, i) => [String(i + 1), () => onSpan(one)])),
    ...Object.fromEntries(OUTCOMES.map((outcome) => [OUTCOME_KEYS[outcome], mark(outcome)])),
    ...Object.fromEntries(DESK_TABS.map((one) => [TAB_KEYS[one], () => openTab(one)])),
  });
  const openTab = (one: DeskTab): void => {
    setTab(one);
    if (one === 'actions') requestAnimationFrame(() => document.getElementById('action-text')?.focus());
  };

  const [openedId, setOpenedId] = useState<string | null>(null);
  const opened = ledger.find(({ presentation_id }) => presentation_id === openedId) ?? null;
  const openRow = (row: PresentationRow | null): void => {
    setOpenedId(row?.presentation_id ?? null);
    if (row === null) return;
    setTab('item');
    onSeek?.(row.from);
    scrollTo({ top: 0 });
  };
  if (stream === null) return null;

  const heard = freshnessOf({ link, status: stream.status, data, heard_at, now });
  const freshness = replay === null ? heard : freshnessOfReplay(heard, replay, data);
  const hues = itemHues(room.presentations);
  const itemOn = isLive ? room.item_on : null;
  const shownSpan = spans.includes(span) ? span : spans[0]!;
  const asOf = data?.as_of ?? null;
  const values = numbersOver(
    shownSpan,
    shownSpan === 'session' ? valuesOf(session) : (room.windows?.[shownSpan] ?? null),
    room.panes,
    room.panes.at(-1)?.online ?? stream.online,
    asOf === null ? null : ((stream.ended_at ?? asOf) - stream.started_at) / 1000,
  );

  const lookedAt = opened ?? (itemOn === null ? null : { ...itemOn, to: null });

  return (
    <>
      <main className={`room ${replay === null ? '' : 'room-replay'} ${isStale(freshness) ? 'is-old' : ''}`}>
        <title>{titleOf(room, words.untitled)}</title>
        <RoomHeader
          stream={stream}
          data={data}
          freshness={freshness}
          itemOn={itemOn}
          hue={itemOn === null ? null : (hues.get(itemOn.item_id) ?? null)}
          ordinal={itemOn === null ? null : (ordinals(room.presentations).get(itemOn.presentation_id) ?? null)}
        >
          <a className="button" href={replay === null ? links.replay : links.room} onClick={openHere(links.open)}>
            {replay === null ? `▶ ${words.replay.open}` : words.replay.leave}
          </a>
          <ExportMenu rest={rest} stream_id={stream_id} />
        </RoomHeader>
        {player}
        <KeyNumbers
          values={isSeen(data) ? values : withoutPresence(values)}
          span={shownSpan}
          spans={spans}
          onSpan={onSpan}
          currency={stream.currency}
          definitions={definitions}
          freshness={freshness}
          quality={data?.quality ?? 'final'}
          asOf={asOf}
        />
        <LiveCurves
          rest={rest}
          stream_id={stream_id}
          panes={room.panes}
          presentations={room.presentations}
          cues={room.cues}
          alerts={room.alerts}
          actions={room.actions}
          session={{ from: stream.started_at, to: stream.ended_at ?? asOf ?? stream.started_at }}
          isLive={isLive}
          isEmpty={room.panes.every(isSilent)}
          isSeen={isSeen(data)}
          currency={stream.currency}
          paneNames={paneNamesOf(definitions)}
          opened={onSeek === null ? opened : null}
          onClosed={() => setOpenedId(null)}
          shown={shown}
        />
        <div className="side">
          <AlertList
            alerts={room.alerts}
            titles={titles}
            precision={precision}
            next={mostUrgent?.alert_id ?? null}
            asOf={asOf}
            isLive={isLive}
            onAcknowledge={acknowledge}
          />
          <Desk
            tab={tab}
            onTab={setTab}
            panels={{
              item: (
                <ItemPanel
                  rest={rest}
                  stream_id={stream_id}
                  looked={lookedAt}
                  until={moment === null ? null : upTo(moment, stream.started_at)}
                  isOver={!isLive}
                  currency={stream.currency}
                  asOf={asOf}
                  onClose={opened === null ? null : () => setOpenedId(null)}
                />
              ),
              said: isLive ? <SaidPanel said={room.said ?? saidThen} danmaku={room.danmaku} /> : null,
              rundown:
                rundown.asked.kind === 'missing' ? null : (
                  <RundownPanel
                    rest={rest}
                    stream_id={stream_id}
                    rundown={rundown.asked}
                    onRundown={rundown.hear}
                    presentations={room.presentations}
                    startedAt={stream.started_at}
                    asOf={asOf}
                    currency={stream.currency}
                    isLive={isLive}
                  />
                ),
              host:
                hostView.asked.kind === 'known' && isOnAir ? (
                  <HostPanel
                    rest={rest}
                    stream_id={stream_id}
                    view={hostView.asked.body}
                    href={links.host}
                    onView={hostView.hear}
                  />
                ) : null,
              actions:
                actions.kind === 'missing' ? null : (
                  <ActionPanel
                    rest={rest}
                    stream_id={stream_id}
                    actions={room.actions}
                    currency={stream.currency}
                    isLive={isLive && noted !== null}
                    onNoted={(action) => noted?.([action])}
                  />
                ),
            }}
          />
        </div>
      </main>
      <Ledger
        rows={ledger}
        currency={stream.currency}
        definitions={definitions}
        hues={hues}
        on={itemOn?.presentation_id ?? null}
        opened={opened?.presentation_id ?? null}
        onOpen={openRow}
        compareHref={(rows) => links.compare(rows.map((row) => comparedPresentation(stream_id, row)))}
        onCompare={links.open}
      />
    </>
  );
};

const isSilent = ({ online, enters, danmaku, orders_paid }: CurvePoint): boolean =>
  !online && !enters && danmaku === 0 && orders_paid === 0;

/** Of a replay too the worst that is true is said: cut off, or figures that come later than the line moves. */
const freshnessOfReplay = (
  heard: Freshness,
  { at, speed, playing }: ReplayState,
  data: DataState | null,
): Freshness => {
  if (heard.kind === 'offline' || data === null) return heard;
  const lag_ms = at - data.as_of;
  if (playing && lag_ms > BEHIND_MS * Math.max(1, speed)) return { kind: 'behind', lag_ms };
  return { kind: 'replay', speed: playing ? speed : 0, quality: data.quality };
};

/** What is read of a moment that moves on is read anew each ten seconds of the clock on the wall. */
const coarse = (ts: number, speed: number): number => {
  const step_ms = 10_000 * Math.max(1, speed);
  return Math.ceil(ts / step_ms) * step_ms;
};

/** What of a session lies before a moment of it: at its very beginning the first pane, for there is no empty range. */
const upTo = (moment: number, started_at: number): Range => ({
  from: started_at,
  to: Math.max(moment, started_at + PANE_MS),
});

/** A session that is over has no last minute worth a number; of one that plays, only its last minutes are told. */
const spansOf = (isLive: boolean, isReplay: boolean): readonly Span[] => {
  if (isReplay) return SPANS.filter((span) => span !== 'session');
  return isLive ? SPANS : ['session'];
};

/** Firing alerts show in the tab's name, where nobody is looking at the page. */
const titleOf = ({ stream, alerts }: RoomState, untitled: string): string => {
  const firing = alerts.filter(({ status }) => status === 'firing').length;
  return `${firing > 0 ? `▲${firing} ` : ''}${stream?.title ?? untitled} · Tallylight`;
};

const valuesOf = (session: StreamAnswer | null): MetricValues | null =>
  session === null
    ? null
    : Object.fromEntries(
        Object.entries(session).filter((entry): entry is [string, number | null] => isFigure(entry[1])),
      );
const isFigure = (value: unknown): boolean => value === null || typeof value === 'number';
