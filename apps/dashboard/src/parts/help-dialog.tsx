import { useEffect, useRef } from 'react';
import { useSpeech } from '../words/speech.js';

/** The keys, on `?`. */
export const HelpDialog = ({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) => {
  const { words } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  const keys: [string, string][] = [
    ['?', words.keys.help],
    ['l', words.keys.language],
    ['t', words.keys.theme],
    ['1 2 3 4', words.keys.spans],
    ['a', words.keys.ack],
    ['Esc', words.keys.back],
  ];
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="help-title">
      <h2 id="help-title">{words.help}</h2>
      <dl>
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={onClose}>
        {words.close}
      </button>
    </dialog>
  );
};
