import type { FunnelLayer } from '#contract';
import { useSpeech } from '../words/speech.js';

/** How far viewers went towards an order: each bar is a share of the first, each per cent of the bar before. */
export const FunnelBars = ({ layers }: { layers: readonly FunnelLayer[] }) => {
  const { words, formats } = useSpeech();
  const all = Math.max(1, layers[0]?.uv ?? 0);
  return (
    <ol className="funnel" title={words.desk.funnel.hint}>
      {layers.map(({ name, uv }, i) => {
        const before = layers[i - 1];
        return (
          <li key={name}>
            <span className="funnel-name">{words.desk.funnel.layer[name]}</span>
            <span className="funnel-bar" aria-hidden="true">
              <span style={{ width: uv === 0 ? 0 : `max(2px, ${(100 * uv) / all}%)` }} />
            </span>
            <span className="figure funnel-count">{formats.count(uv)}</span>
            <span className="figure muted funnel-share">
              {before === undefined ? '' : formats.share(before.uv === 0 ? null : uv / before.uv)}
            </span>
          </li>
        );
      })}
    </ol>
  );
};
