import { useState } from 'react';
import { LOCALE } from '#say';
import { useSpeech } from '../words/speech.js';
import { monthOf, monthsAfter, weeksOf, type Month } from './month.js';

interface Props {
  /** Sessions that began on each day. */
  counts: ReadonlyMap<string, number>;
  /** A moment of the month that is shown first, ms. */
  first: number;
  day: string | null;
  onDay: (day: string | null) => void;
}

/** A month of days, each as strong as it had sessions; one of them can be chosen. */
export const Calendar = ({ counts, first, day, onDay }: Props) => {
  const { words, language } = useSpeech();
  const say = words.replay.sessions;
  const [month, setMonth] = useState<Month>(() => monthOf(first));
  const locale = LOCALE[language];
  const name = new Date(month.year, month.month, 1).toLocaleDateString(locale, { year: 'numeric', month: 'long' });
  const weekday = (i: number): string => new Date(2024, 0, 1 + i).toLocaleDateString(locale, { weekday: 'narrow' });
  return (
    <section className="calendar panel" aria-label={say.calendar}>
      <header>
        <button type="button" aria-label={say.previous} onClick={() => setMonth(monthsAfter(month, -1))}>
          ‹
        </button>
        <h2 aria-live="polite">{name}</h2>
        <button type="button" aria-label={say.next} onClick={() => setMonth(monthsAfter(month, 1))}>
          ›
        </button>
      </header>
      <table>
        <thead>
          <tr>
            {Array.from({ length: 7 }, (_, i) => (
              <th key={i} scope="col" className="muted">
                {weekday(i)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week, i) => (
            <tr key={i}>
              {week.map((one, j) => (
                <td key={j}>
                  {one !== null && !counts.has(one) && <span className="day muted">{Number(one.slice(8))}</span>}
                  {one !== null && counts.has(one) && (
                    <button
                      type="button"
                      className={`day day-${Math.min(4, counts.get(one) ?? 0)}`}
                      aria-pressed={one === day}
                      title={say.day(one, counts.get(one) ?? 0)}
                      onClick={() => onDay(one === day ? null : one)}
                    >
                      {Number(one.slice(8))} <small className="figure">{counts.get(one)}</small>
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {day !== null && (
        <button type="button" onClick={() => onDay(null)}>
          {say.all}
        </button>
      )}
    </section>
  );
};
