import type { ReactNode } from 'react';
import type { Asked } from '../live/use-asked.js';
import { useSpeech } from '../words/speech.js';

interface Props<T> {
  name: string;
  title: string;
  asked: Asked<T>;
  children: (body: T) => ReactNode;
}

/** A panel of what was asked for. What is known stands while it cannot be read again, and says so; what was never read says why. */
export const AskedPanel = <T,>({ name, title, asked, children }: Props<T>) => {
  const { words } = useSpeech();
  if (asked.kind === 'missing') return null;
  const trouble = asked.kind === 'failed' ? (asked.isForbidden ? words.notForRole : words.notRead) : words.notReadAgain;
  const isTrouble = asked.kind === 'failed' || (asked.kind === 'known' && asked.isOld);
  return (
    <section className={`panel ${name}`} aria-labelledby={`${name}-title`}>
      <h2 id={`${name}-title`}>{title}</h2>
      {isTrouble && (
        <p className="fine tone-raised" role="status">
          {trouble}
        </p>
      )}
      {asked.kind === 'known' && children(asked.body)}
    </section>
  );
};
