import type { RetentionAnswer } from '../live/rest.js';
import { useSpeech } from '../words/speech.js';

type Curve = RetentionAnswer['curve'];
const SHOWN_S = 300;
const [WIDTH, HEIGHT] = [300, 100];
/** Where the figures are read off. */
const READ_AT_S = [30, 60, 180];

/** A curve as the path of a pen that is lifted where nothing is known. */
const pathOf = (curve: Curve): string => {
  let pen = 'M';
  return curve
    .filter(({ s }) => s <= SHOWN_S)
    .map(({ s, retention }) => {
      if (retention === null) {
        pen = 'M';
        return '';
      }
      const to = `${pen}${((s / SHOWN_S) * WIDTH).toFixed(1)} ${((1 - retention) * HEIGHT).toFixed(1)}`;
      pen = 'L';
      return to;
    })
    .join('');
};

const at = (curve: Curve, s: number): number | null => curve.find((point) => point.s === s)?.retention ?? null;

/** The share still here by seconds since joining: of one stretch, against the whole session's. */
export const RetentionCurve = ({ here, session }: { here: Curve | null; session: Curve }) => {
  const { words, formats } = useSpeech();
  const say = words.desk.retention;
  return (
    <figure className="retention">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={say.label}>
        {[0.25, 0.5, 0.75].map((share) => (
          <line key={share} className="retention-grid" x1="0" x2={WIDTH} y1={share * HEIGHT} y2={share * HEIGHT} />
        ))}
        <path className="retention-session" d={pathOf(session)} />
        {here !== null && <path className="retention-here" d={pathOf(here)} />}
      </svg>
      <table>
        <thead>
          <tr>
            <td />
            {READ_AT_S.map((s) => (
              <th key={s} scope="col">
                {say.after(s)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {here !== null && (
            <tr>
              <th scope="row">
                <span className="swatch swatch-here" aria-hidden="true" />
                {say.here}
              </th>
              {READ_AT_S.map((s) => (
                <td key={s} className="figure">
                  {formats.share(at(here, s))}
                </td>
              ))}
            </tr>
          )}
          <tr className="muted">
            <th scope="row">
              <span className="swatch swatch-dashed" aria-hidden="true" />
              {say.session}
            </th>
            {READ_AT_S.map((s) => (
              <td key={s} className="figure">
                {formats.share(at(session, s))}
              </td>
            ))}
          </tr>
        </tbody>
      </table>
    </figure>
  );
};
