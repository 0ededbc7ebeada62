import { Tabs } from 'radix-ui';
import type { ReactNode } from 'react';
import { useSpeech } from '../words/speech.js';

export const DESK_TABS = ['item', 'said', 'rundown', 'actions', 'host'] as const;
export type DeskTab = (typeof DESK_TABS)[number];
/** The key that opens a tab. */
export const TAB_KEYS: Readonly<Record<DeskTab, string>> = {
  item: 'i',
  said: 's',
  rundown: 'r',
  actions: 'n',
  host: 'h',
};

interface Props {
  tab: DeskTab;
  onTab: (tab: DeskTab) => void;
  /** What each tab holds; `null` where the server has nothing of the kind. */
  panels: Readonly<Record<DeskTab, ReactNode>>;
}

/** What stands beside the curves, one thing at a time. */
export const Desk = ({ tab, onTab, panels }: Props) => {
  const { words } = useSpeech();
  const offered = DESK_TABS.filter((one) => panels[one] !== null);
  const shown = offered.includes(tab) ? tab : 'item';
  return (
    <Tabs.Root className="desk panel" value={shown} onValueChange={(next) => onTab(next as DeskTab)}>
      <Tabs.List className="desk-tabs" aria-label={words.desk.label}>
        {offered.map((one) => (
          <Tabs.Trigger key={one} value={one}>
            {words.desk.tab[one]} <kbd>{TAB_KEYS[one]}</kbd>
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {offered.map((one) => (
        <Tabs.Content key={one} value={one} className="desk-body">
          {panels[one]}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  );
};
