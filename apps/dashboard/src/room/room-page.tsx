import { useEffect, useMemo, useState } from 'react';
import type { MetricDefinition, MetricValues } from '#contract';
import type { AlertOutcome } from '#domain';
import { SPANS, type Span } from '../address.js';
import { AlertList } from '../alerts/alert-list.js';
import { OUTCOME_KEYS, OUTCOMES } from '../alerts/outcomes.js';
import { ActionPanel } from '../desk/action-panel.js';
import { HostPanel } from '../desk/host-panel.js';
import { Desk, DESK_TABS, TAB_KEYS, type DeskTab } from '../desk/desk.js';
import { ItemPanel } from '../desk/item-panel.js';
import { RundownPanel } from '../desk/rundown-panel.js';
import { SaidPanel } from '../desk/said-panel.js';
import { useKeys } from '../keys.js';
import { freshnessOf, isStale, type Link } from '../live/freshness.js';
import type { LiveSocket } from '../live/link.js';
import { useNow } from '../live/now.js';
import type { Rest, StreamAnswer } from '../live/rest.js';
import { byNeed, type RoomState } from '../live/room-state.js';
import { useAsked } from '../live/use-asked.js';
import { useRoom } from '../live/use-room.js';
import { RoomRefused } from '../parts/room-refused.js';
import { useSpeech } from '../words/speech.js';
import { itemHues, ordinals } from './item-colour.js';
import { KeyNumbers } from './key-numbers.js';
import { Ledger } from './ledger.js';
import { LiveCurves } from './live-curves.js';
import { numbersOver } from './numbers.js';
import { RoomHeader } from './room-header.js';

interface Props {
  socket: LiveSocket;
  link: Link;
  rest: Rest;
  stream_id: string;
  span: Span;
  onSpan: (span: Span) => void;
  definitions: ReadonlyMap<string, MetricDefinition>;
  /** Where the host's screen of this room is. */
  hostHref: string;
  shown: 'dark' | 'light';
}

const RUNDOWN_EVERY_MS = 15_000;
const ACTIONS_EVERY_MS = 30_000;

/** One room: its header, numbers, curves and alerts; below them the ledger of its presentations. */
export const RoomPage = ({ socket, link, rest, stream_id, span, onSpan, definitions, hostHref, shown }: Props) => {
  const { words } = useSpeech();
  const paneNames = useMemo(
    () => new Set([...definitions.values()].filter(({ levels }) => levels.includes('pane')).map(({ name }) => name)),
    [definitions],
  );
  const { room, session, ledger, refused, acknowledge, noted } = useRoom(socket, link, rest, stream_id, paneNames);
  const now = useNow(1000);
  const { stream, data, heard_at } = room;

  const [tab, setTab] = useState<DeskTab>('item');
  const rundown = useAsked(stream_id, (signal) => rest.rundown(stream_id, signal), RUNDOWN_EVERY_MS);
  const actions = useAsked(stream_id, (signal) => rest.actions(stream_id, signal), ACTIONS_EVERY_MS).asked;
  const hostView = useAsked(stream_id, (signal) => rest.hostView(stream_id, signal), RUNDOWN_EVERY_MS);
  const known = actions.kind === 'known' ? actions.body.actions : null;
  useEffect(() => {
    if (known !== null) noted(known);
  }, [known, noted]);

  const mostUrgent = byNeed(room.alerts).find(({ status, outcome }) => outcome === null && status !== 'corrected');
  const mark = (outcome: AlertOutcome | null) => (): void => {
    if (mostUrgent === undefined || (outcome === null && mostUrgent.status !== 'firing')) return;
    void acknowledge(mostUrgent.alert_id, outcome);
    document.querySelector<HTMLElement>(`[id="alert-${mostUrgent.alert_id}"] .alert-actions button`)?.focus();
  };
  useKeys({
    a: mark(null),
    ...Object.fromEntries(SPANS.map((one, i) => [String(i + 1), () => onSpan(one)])),
    ...Object.fromEntries(OUTCOMES.map((outcome) => [OUTCOME_KEYS[outcome], mark(outcome)])),
    ...Object.fromEntries(DESK_TABS.map((one) => [TAB_KEYS[one], () => openTab(one)])),
  });
  const openTab = (one: DeskTab): void => {
    setTab(one);
    if (one === 'actions') requestAnimationFrame(() => document.getElementById('action-text')?.focus());
  };

  if (stream === null) return <RoomRefused link={link} refused={refused} stream_id={stream_id} role="control_room" />;

  const freshness = freshnessOf({ link, status: stream.status, data, heard_at, now });
  const isLive = stream.status === 'live';
  const hues = itemHues(room.presentations);
  const itemOn = isLive ? room.item_on : null;
  // A session that is over has no last minute worth a number: its own figures stand instead.
  const shownSpan: Span = isLive ? span : 'session';
  const asOf = data?.as_of ?? null;
  const values = numbersOver(
    shownSpan,
    shownSpan === 'session' ? valuesOf(session) : (room.windows?.[shownSpan] ?? null),
    room.panes,
    room.panes.at(-1)?.online ?? stream.online,
    asOf === null ? null : ((stream.ended_at ?? asOf) - stream.started_at) / 1000,
  );

  const lookedAt = itemOn === null ? null : { ...itemOn, to: null };

  return (
    <>
      <main className={`room ${isStale(freshness) ? 'is-old' : ''}`}>
        <title>{titleOf(room, words.untitled)}</title>
        <RoomHeader
          stream={stream}
          data={data}
          freshness={freshness}
          itemOn={itemOn}
          hue={itemOn === null ? null : (hues.get(itemOn.item_id) ?? null)}
          ordinal={itemOn === null ? null : (ordinals(room.presentations).get(itemOn.presentation_id) ?? null)}
        />
        <KeyNumbers
          values={values}
          span={shownSpan}
          spans={isLive ? SPANS : ['session']}
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
          currency={stream.currency}
          paneNames={paneNames}
          shown={shown}
        />
        <div className="side">
          <AlertList
            alerts={room.alerts}
            next={mostUrgent?.alert_id ?? null}
            asOf={asOf}
            isLive={isLive}
            onAcknowledge={acknowledge}
          />
          <Desk
            tab={tab}
            onTab={setTab}
            panels={{
              item: <ItemPanel rest={rest} stream_id={stream_id} looked={lookedAt} asOf={asOf} />,
              said: isLive ? <SaidPanel said={room.said} danmaku={room.danmaku} /> : null,
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
                hostView.asked.kind === 'known' && isLive ? (
                  <HostPanel
                    rest={rest}
                    stream_id={stream_id}
                    view={hostView.asked.body}
                    href={hostHref}
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
                    isLive={isLive}
                    onNoted={(action) => noted([action])}
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
      />
    </>
  );
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
