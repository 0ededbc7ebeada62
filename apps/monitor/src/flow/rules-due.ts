import type { MonitorRecord, RuleOverrides } from '#domain';
import { rulesVersion } from '#detect';
import type { StreamState } from '#window';
import type { FlowState } from './room-state.js';

/** The rules that streams are to be judged with; `null`: the defaults, untouched. */
export interface WantedRules {
  wanted(stream_id: string): { version: string; overrides: RuleOverrides } | null;
}

/**
 * Streams that are judged with other rules than they are to be. The answers are to be written to the log and hold from
 * where they are read, so that reading it again decides the same again.
 */
export const rulesDue = (
  streams: Iterable<StreamState>,
  detectors: FlowState['detectors'],
  rules: WantedRules,
): MonitorRecord[] => {
  const records: MonitorRecord[] = [];
  for (const { stream_id, closed, share_of } of streams) {
    if (closed || share_of !== undefined) continue;
    const wanted = rules.wanted(stream_id) ?? UNTOUCHED;
    const detector = detectors.get(stream_id);
    const has = (detector && rulesVersion(detector)) ?? UNTOUCHED.version;
    if (has !== wanted.version) records.push({ kind: 'rules_changed', stream_id, ...wanted });
  }
  return records;
};

/** Back to the defaults, in a stream that was given others. */
const UNTOUCHED = { version: 'defaults', overrides: {} };
