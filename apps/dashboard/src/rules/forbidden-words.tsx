import { useState } from 'react';
import type { Rest } from '../live/rest.js';
import { useAsked } from '../live/use-asked.js';
import { Refusal } from '../parts/refusal.js';
import { useSpeech } from '../words/speech.js';
import { whyNot } from '../words/why-not.js';
import { AskedPanel } from './asked-panel.js';

const EVERY_MS = 60_000;

/** The list that `prohibited_words` listens for, to be typed and put back. */
export const ForbiddenWords = ({ rest }: { rest: Rest }) => {
  const { words } = useSpeech();
  const say = words.rules.words;
  const { asked, hear } = useAsked('words', rest.forbiddenWords, EVERY_MS);
  const [text, setText] = useState<string | null>(null);
  const [undo, setUndo] = useState<readonly string[] | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const known = asked.kind === 'known' ? asked.body.words : [];
  const put = async (next: readonly string[], back: readonly string[] | null): Promise<void> => {
    const answer = await rest.putForbiddenWords(next);
    if (answer.kind !== 'ok') return setRefusal(whyNot(answer, words));
    setRefusal(null);
    setUndo(back);
    setText(null);
    hear(answer.body);
  };
  const typed = (text ?? '')
    .split('\n')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  return (
    <AskedPanel name="forbidden" title={say.title} asked={asked}>
      {() => (
        <>
          <p className="muted fine">{say.hint}</p>
          <textarea
            aria-labelledby="forbidden-title"
            rows={6}
            value={text ?? known.join('\n')}
            onChange={(event) => setText(event.target.value)}
          />
          <p className="rundown-actions" role="status">
            <button type="button" disabled={text === null} onClick={() => void put(typed, known)}>
              {words.rules.save}
            </button>
            {undo !== null && (
              <button type="button" onClick={() => void put(undo, null)}>
                {words.rules.undo}
              </button>
            )}
          </p>
          <Refusal said={say.refused} why={refusal} />
        </>
      )}
    </AskedPanel>
  );
};
