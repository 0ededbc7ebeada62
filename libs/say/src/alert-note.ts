import { SEVERITIES, type Alert } from '#domain';
import { sayAlert, type AlertSpeech } from './alert-sentence.js';
import { alertSpeechOf } from './alert-speech.js';
import type { Language } from './language.js';

/** Alerts as a message in plain text: a head, and lines below it. */
export interface AlertNote {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Says alerts of one stream in one message, oldest first; the head names the worst of them. `room` is what people call the stream. */
export const alertNote = (alerts: readonly Alert[], room: string, language: Language): AlertNote => {
  const speech = alertSpeechOf(language);
  const { words } = speech;
  const worst = [...alerts].sort((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity))[0]!;
  const head = worst.status === 'firing' ? words.severity[worst.severity] : words.status[worst.status];
  return {
    title: words.note.title(head, room, words.rule[worst.rule], alerts.length - 1),
    lines: alerts.flatMap((alert, at) => [...(at === 0 ? [] : ['']), ...linesOf(alert, alerts.length > 1, speech)]),
  };
};

const linesOf = (alert: Alert, isOneOfMany: boolean, speech: AlertSpeech): string[] => {
  const { words } = speech;
  const said = sayAlert(alert, speech);
  const named = `[${alert.status === 'firing' ? words.severity[alert.severity] : words.status[alert.status]}] ${words.rule[alert.rule]}`;
  const item = alert.evidence['item_title'] ?? alert.summary.values['item_title'] ?? alert.item_id;
  const isNews = alert.status === 'firing';
  const lines = [
    isOneOfMany ? named : null,
    said.what,
    typeof item === 'string' ? words.note.item(item) : null,
    isNews ? said.why : null,
    isNews ? said.sure : null,
    ...(isNews ? said.meanwhile : []),
    isNews && said.hint !== null ? `→ ${said.hint}` : null,
    isNews && said.isAssociation ? words.association : null,
    words.note.since(`${new Date(alert.started_at).toISOString().slice(0, 19)}Z`),
    alert.acked_by === null ? null : words.note.by(alert.acked_by),
  ];
  return lines.filter((line) => line !== null);
};
