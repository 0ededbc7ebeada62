import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import type { Rest } from '../live/rest.js';
import { useSpeech } from '../words/speech.js';

const WHAT = ['metrics', 'presentations', 'alerts', 'events'] as const;
const FORMATS = ['csv', 'ndjson', 'parquet'] as const;

/** Takes a session away as a file; what the page shows are the same numbers. */
export const ExportMenu = ({ rest, stream_id }: { rest: Rest; stream_id: string }) => {
  const { words } = useSpeech();
  const say = words.replay.export;
  const [state, setState] = useState<{ kind: 'idle' | 'running' } | { kind: 'failed'; why: string }>({ kind: 'idle' });
  const take = async (what: string, format: string): Promise<void> => {
    setState({ kind: 'running' });
    const answer = await rest.file(stream_id, what, format);
    if (answer.kind !== 'ok') {
      setState({ kind: 'failed', why: answer.kind === 'refused' ? answer.detail : words.ackFailed.unreachable });
      return;
    }
    setState({ kind: 'idle' });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(answer.body);
    link.download = `${stream_id}-${what}.${format}`;
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
                    onSelect={() => void take(what, format)}
                  >
                    {format}
                  </DropdownMenu.Item>
                ))}
              </DropdownMenu.Group>
            ))}
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
