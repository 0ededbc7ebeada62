import type { LiftAnswer } from '#contract';
import { useSpeech } from '../words/speech.js';

interface Props {
  lift: LiftAnswer;
  /** One presentation, its item and its minutes; `null`: every item of the session. */
  of: { readonly presentation_id: string; readonly item_id: string } | null;
  currency: string | null;
}
type Interval = { readonly low: number | null; readonly high: number | null };

/** What items on air and each further minute were worth, with intervals: what went together, not what caused what. */
export const Worth = ({ lift, of, currency }: Props) => {
  const { words, formats, language } = useSpeech();
  const say = words.desk.worth;
  const items = lift.items.filter(({ item_id }) => of === null || item_id === of.item_id);
  const minutes = lift.marginal.filter(({ presentation_id }) => presentation_id === of?.presentation_id);
  const money = (value: number | null): string => formats.money(value === null ? null : Math.round(value), currency);
  if (items.length === 0) return null;
  return (
    <section className="worth">
      <h3>{say.onAir}</h3>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{say.on}</th>
            <th scope="col">{say.off}</th>
            <th scope="col">{say.difference}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.item_id}>
              <th scope="row">{item.title ?? item.item_id}</th>
              <td className="figure">{formats.rate(item.on_orders_per_min)}</td>
              <td className="figure">{formats.rate(item.off_orders_per_min)}</td>
              <Difference value={item.lift} of={item} write={formats.rate} />
            </tr>
          ))}
        </tbody>
      </table>
      {minutes.length > 0 && (
        <>
          <h3>{say.minutes}</h3>
          <table>
            <thead>
              <tr>
                <td />
                <th scope="col">{say.earned}</th>
                <th scope="col">{say.opening}</th>
                <th scope="col">{say.difference}</th>
              </tr>
            </thead>
            <tbody>
              {minutes.map((one) => (
                <tr key={one.minute}>
                  <th scope="row">{say.minute(one.minute + 1)}</th>
                  <td className="figure">{money(one.gmv_minor)}</td>
                  <td className="figure">{money(one.next_opening_gmv_minor_per_min)}</td>
                  <Difference value={one.difference} of={one} write={money} />
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <p className="muted fine">{lift.method[language]}</p>
    </section>
  );
};

/** A difference with its interval; one that holds 0 is quiet, since it shows none. */
const Difference = ({
  value,
  of: { low, high },
  write,
}: {
  value: number | null;
  of: Interval;
  write: (value: number | null) => string;
}) => {
  const isClear = low !== null && high !== null && (low > 0 || high < 0);
  return (
    <td className={`figure ${isClear ? '' : 'muted'}`}>
      {value !== null && value > 0 ? '+' : ''}
      {write(value)}
      {low !== null && high !== null && (
        <small className="muted">
          {write(low)} … {write(high)}
        </small>
      )}
    </td>
  );
};
