import { DESK_TABS, TAB_KEYS } from '../desk/desk.js';
import { OUTCOME_KEYS, OUTCOMES } from '../alerts/outcomes.js';
import { useSpeech } from '../words/speech.js';

/** The keys, on `?`: beside the screen, which goes on. */
export const HelpPanel = ({ onClose }: { onClose: () => void }) => {
  const { words } = useSpeech();
  const say = words.keys;
  const groups: [string, [string, string][]][] = [
    [
      say.everywhere,
      [
        ['?', say.help],
        ['l', say.language],
        ['t', say.theme],
        ['g', say.fullScreen],
        ['Esc', say.back],
      ],
    ],
    [
      words.wall.keys.inWall,
      [
        ['← → ↑ ↓', words.wall.keys.move],
        ['Enter', words.wall.keys.open],
        ['o', words.wall.keys.worst],
        ['a', words.wall.keys.ack],
        ['m', words.wall.keys.mute],
        ['u', words.wall.keys.sound],
      ],
    ],
    [
      say.inRoom,
      [
        ['1 2 3 4', say.spans],
        ['a', say.ack],
        [OUTCOMES.map((outcome) => OUTCOME_KEYS[outcome]).join(' '), say.outcomes],
        [DESK_TABS.map((tab) => TAB_KEYS[tab]).join(' '), say.tabs],
        ['z', say.range],
        ['← →', say.crosshair],
        ['+ -', say.zoom],
      ],
    ],
    [
      words.replay.keys.inReplay,
      [
        ['␣', words.replay.keys.space],
        [', .', words.replay.keys.pace],
        ['[ ]', words.replay.keys.jump],
      ],
    ],
  ];
  return (
    <aside className="help panel" aria-label={words.help}>
      <header>
        <h2>{words.help}</h2>
        <button type="button" onClick={onClose} autoFocus>
          {words.close}
        </button>
      </header>
      {groups.map(([name, keys]) => (
        <section key={name}>
          <h3>{name}</h3>
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
        </section>
      ))}
    </aside>
  );
};
