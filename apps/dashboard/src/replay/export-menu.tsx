import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import type { Answered, Rest } from '../live/rest.js';
import { useSpeech } from '../words/speech.js';
import { whyNot } from '../words/why-not.js';

const WHAT = ['metrics', 'presentations', 'alerts', 'events'] as const;
const FORMATS = ['csv', 'ndjson', 'parquet'] as const;
const REPORTS = [
  { lang: 'zh', name: '中文' },
  { lang: 'en', name: 'English' },
] as const;

/** Takes a session away as a file; what the page shows are the same numbers. */
export const ExportMenu = ({ rest, stream_id }: { rest: Rest; stream_id: string }) => {
  const { words } = useSpeech();
  const say = words.replay.export;
  const [state, setState] = useState<{ kind: 'idle' | 'running' } | { kind: 'failed'; why: string }>({ kind: 'idle' });
  const take = async (asking: Promise<Answered<Blob>>, name: string): Promise<void> => {
    setState({ kind: 'running' });
    const answer = await asking;
    if (answer.kind !== 'ok') {
      setState({ kind: 'failed', why: whyNot(answer, words) });
      return;
    }
    setState({ kind: 'idle' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(answer.body);
    link.download = `${stream_id}-${name}`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger asChild>
          <button type="button" disabled={state.kind === 'running'}>
            {state.kind === 'running' ? say.running : say.title} <span aria-hidden="true">▾</span>
          </button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
            {WHAT.map((what) => (
              <DropdownMenu.Group key={what} className="menu-row">
                <DropdownMenu.Label>{say.what[what]}</DropdownMenu.Label>
                {FORMATS.map((format) => (
                  <DropdownMenu.Item
                    key={format}
                    aria-label={`${say.what[what]}, ${format}`}
                    onSelect={() => void take(rest.file(stream_id, what, format), `${what}.${format}`)}
                  >
                    {format}
                  </DropdownMenu.Item>
                ))}
              </DropdownMenu.Group>
            ))}
            <DropdownMenu.Group className="menu-row">
              <DropdownMenu.Label>{say.report}</DropdownMenu.Label>
              {REPORTS.map(({ lang, name }) => (
                <DropdownMenu.Item
                  key={lang}
                  aria-label={`${say.report}, ${name}`}
                  onSelect={() => void take(rest.report(stream_id, lang), `report-${lang}.html`)}
                >
                  {name}
                </DropdownMenu.Item>
              ))}
            </DropdownMenu.Group>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {state.kind === 'failed' && (
        <span className="alert-failure" role="alert">
          {say.failed} {state.why}
        </span>
      )}
    </>
  );
};
