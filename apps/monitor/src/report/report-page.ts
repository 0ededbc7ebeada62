import type { ActionShown, LiftAnswer, PresentationRow, StreamRow } from '#contract';
import type { Alert } from '#domain';
import { alertSpeechOf, FORMATS, sayAlert, UNKNOWN, type Language } from '#say';
import { curveSvg } from './curve.js';
import { markup, Markup } from './markup.js';
import { REPORT_WORDS } from './report-words.js';

/** What a report is made of: what the other answers about the session are. */
export interface ReportFacts {
  readonly stream: StreamRow;
  readonly metrics: Readonly<Record<string, number | null>>;
  /** `ts` is event time, ms. */
  readonly online: readonly { readonly ts: number; readonly online: number | null }[];
  readonly presentations: readonly PresentationRow[];
  readonly alerts: readonly Alert[];
  readonly actions: readonly ActionShown[];
  readonly lift: LiftAnswer['items'];
}

const STYLE = `body{font:14px/1.5 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;color:#222;max-width:1000px;margin:2em auto;padding:0 1em}
h1{font-size:1.6em;margin-bottom:0}h2{font-size:1.15em;margin-top:2em;border-bottom:1px solid #ddd}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.25em .6em;border-bottom:1px solid #eee;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(140px,1fr));gap:.8em}
.numbers div{border:1px solid #ddd;border-radius:6px;padding:.5em .8em}.numbers b{display:block;font-size:1.4em}svg{width:100%}svg text{font-size:11px;fill:#666}
.small{color:#666;font-size:.9em}@media print{h2{break-after:avoid}tr{break-inside:avoid}}`;

/** One page that needs nothing else: no script, no font, no picture from elsewhere. */
export const reportPage = (facts: ReportFacts, language: Language): string => {
  const words = REPORT_WORDS[language];
  const { stream } = facts;
  const title = stream.title ?? words.untitled;
  const at = clockOf(stream.started_at);
  const section = (name: keyof typeof words.sections, content: Markup): Markup =>
    markup`<section><h2>${words.sections[name]}</h2>${content}</section>`;
  return `<!doctype html>${
    markup`<html lang="${words.lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${new Markup(STYLE)}</style></head><body>
<h1>${title}</h1>
<p class="small">${stream.stream_id}${stream.host === null ? null : ` · ${words.host}: ${stream.host}`} · ${minuteOf(stream.started_at)}</p>
${stream.status === 'live' ? markup`<p>${words.partial(at(stream.data.as_of))}</p>` : null}
${section('numbers', numbersOf(facts, language))}
${section('curve', markup`${curveOf(facts, language)}<p class="small">${words.curveKey}</p>`)}
${section('ledger', ledgerOf(facts, language))}
${section('alerts', alertsOf(facts, language))}
${section('actions', actionsOf(facts, language))}
${section('lift', liftOf(facts, language))}
<p class="small">${words.association}</p>
</body></html>`.text
  }`;
};

const numbersOf = ({ stream, metrics }: ReportFacts, language: Language): Markup => {
  const { numbers } = REPORT_WORDS[language];
  const write = FORMATS[language];
  const shown: [string, string][] = [
    [numbers.viewers, write.exact(metrics['viewers'])],
    [numbers.online_peak, write.exact(metrics['online_peak'])],
    [numbers.online_avg, write.exact(metrics['online_avg'])],
    [numbers.stay, write.exact(metrics['stay_avg_s'])],
    [numbers.gmv, write.money(metrics['gmv_minor'], stream.currency)],
    [numbers.orders, write.exact(metrics['orders_paid'])],
    [numbers.view_to_paid, write.share(metrics['view_to_paid'])],
    [numbers.dropoff, write.share(metrics['dropoff_per_min'])],
    [numbers.retention_60s, write.share(metrics['retention_60s'])],
  ];
  return markup`<div class="numbers">${shown.map(([name, value]) => markup`<div>${name}<b>${value}</b></div>`)}</div>`;
};

const curveOf = ({ stream, online, presentations, alerts, actions }: ReportFacts, language: Language): Markup => {
  const words = REPORT_WORDS[language];
  const since = (ts: number): number => (ts - stream.started_at) / 1000;
  const end = stream.ended_at ?? stream.data.as_of;
  return curveSvg({
    seconds: since(end),
    online: online.map((point) => ({ s: since(point.ts), online: point.online })),
    bands: presentations.map(({ from, to, title, item_id }) => ({
      from_s: since(from),
      to_s: since(to ?? end),
      label: title ?? item_id,
    })),
    alerts: alerts.map((alert) => ({
      s: since(alert.detected_at),
      label: sayAlert(alert, alertSpeechOf(language)).what,
    })),
    actions: actions.map(({ ts, kind, text }) => ({ s: since(ts), label: `${words.kind[kind]}: ${text}` })),
  });
};

const ledgerOf = ({ stream, presentations }: ReportFacts, language: Language): Markup => {
  const { ledger, none } = REPORT_WORDS[language];
  const write = FORMATS[language];
  const at = clockOf(stream.started_at);
  const rows = presentations.map((row) => [
    row.title ?? row.item_id,
    at(row.from),
    durationOf(row.seconds),
    `${write.exact(row.online_start)} → ${write.exact(row.online_end)}`,
    write.exact(row.credited_orders),
    write.money(row.credited_gmv_minor, stream.currency),
    write.money(numberOf(row['gmv_per_min']), stream.currency),
    write.times(numberOf(row['dropoff_ratio'])),
  ]);
  const { item, from, length, online, orders, gmv, per_min, dropoff } = ledger;
  return table([item, from, length, online, orders, gmv, per_min, dropoff], rows, 1, none);
};

const alertsOf = ({ stream, alerts }: ReportFacts, language: Language): Markup => {
  const words = REPORT_WORDS[language];
  const at = clockOf(stream.started_at);
  const rows = alerts.map((alert) => {
    const said = sayAlert(alert, alertSpeechOf(language));
    const outcome = alert.outcome === null ? UNKNOWN : words.outcome[alert.outcome];
    return [at(alert.detected_at), said.what, said.why ?? UNKNOWN, outcome];
  });
  return table([words.alerts.at, words.alerts.what, words.alerts.why, words.alerts.outcome], rows, null, words.none);
};

const actionsOf = ({ stream, actions }: ReportFacts, language: Language): Markup => {
  const words = REPORT_WORDS[language];
  const at = clockOf(stream.started_at);
  const rows = actions.map(({ ts, kind, text, by, followed }) => [
    at(ts),
    `${words.kind[kind]}: ${text}`,
    by,
    followed === null ? words.notYet : followedOf(followed, stream, language),
  ]);
  return table(
    [words.actions.at, words.actions.what, words.actions.by, words.actions.followed],
    rows,
    null,
    words.none,
  );
};

const followedOf = (
  followed: NonNullable<ActionShown['followed']>,
  { currency }: StreamRow,
  language: Language,
): Markup => {
  const { rate, money } = FORMATS[language];
  return markup`${followed.map(({ metric, before, after, low, high }) => {
    const write = (value: number | null): string => (metric === 'gmv_per_min' ? money(value, currency) : rate(value));
    return markup`<div>${REPORT_WORDS[language].followed[metric]}: ${write(before)} → ${write(after)} (${write(low)} … ${write(high)})</div>`;
  })}`;
};

const liftOf = ({ lift }: ReportFacts, language: Language): Markup => {
  const words = REPORT_WORDS[language];
  const { rate } = FORMATS[language];
  const rows = lift.map((item) => [
    item.title ?? item.item_id,
    rate(item.on_orders_per_min),
    rate(item.off_orders_per_min),
    rate(item.lift),
    item.low === null ? UNKNOWN : `${rate(item.low)} … ${rate(item.high)}`,
  ]);
  const { item, on, off, lift: difference, interval } = words.lift;
  return table([item, on, off, difference, interval], rows, 1, words.none);
};

/** Columns from `numbersFrom` on are figures. */
const table = (
  heads: readonly string[],
  rows: readonly (readonly (string | Markup)[])[],
  numbersFrom: number | null,
  none: string,
): Markup => {
  if (rows.length === 0) return markup`<p>${none}</p>`;
  const classOf = (column: number): string => (numbersFrom !== null && column >= numbersFrom ? 'n' : '');
  const cells = (row: readonly (string | Markup)[]): Markup[] =>
    row.map((cell, column) => markup`<td class="${classOf(column)}">${cell}</td>`);
  return markup`<table><thead><tr>${heads.map((head, column) => markup`<th class="${classOf(column)}">${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${cells(row)}</tr>`)}</tbody></table>`;
};

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** Time into the session, `h:mm:ss`. */
const clockOf =
  (started_at: number) =>
  (ts: number): string =>
    durationOf(Math.max(0, Math.floor((ts - started_at) / 1000)));

const durationOf = (seconds: number): string => {
  const two = (value: number): string => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
};

const minuteOf = (ts: number): string => `${new Date(ts).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
