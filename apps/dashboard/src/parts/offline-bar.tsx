import { stopwatch } from '../format/clocks.js';
import type { Link } from '../live/freshness.js';
import { useNow } from '../live/now.js';
import { useSpeech } from '../words/speech.js';

/** Says that the line is cut while old numbers are on screen. */
export const OfflineBar = ({ link }: { link: Link }) => {
  const { words } = useSpeech();
  const now = useNow(1000);
  if (link.kind !== 'down') return null;
  return (
    <div className="offline-bar" role="alert">
      <strong>✕ {words.offlineTitle}</strong> {words.offlineHelp(stopwatch(now - link.since))}
    </div>
  );
};
