import { Component, useEffect, type ReactNode } from 'react';
import { useSpeech } from '../words/speech.js';
import { Notice } from './notice.js';

const LOOK_EVERY_MS = 3_000;

/** Where a part of the page could not be loaded: says so, and begins the page anew, at the same link, as soon as the monitor answers. */
export class PartMissing extends Component<{ children: ReactNode }, { isMissing: boolean }> {
  override state = { isMissing: false };

  static getDerivedStateFromError(error: unknown): { isMissing: boolean } {
    if (!isOfLoading(error)) throw error;
    return { isMissing: true };
  }

  override render(): ReactNode {
    return this.state.isMissing ? <WaitForServer /> : this.props.children;
  }
}

/** Each browser has words of its own for it; all are of this kind. */
const isOfLoading = (error: unknown): boolean =>
  error instanceof Error && /dynamically imported module|importing a module|preload/i.test(error.message);

const WaitForServer = () => {
  const { words } = useSpeech();
  useEffect(() => {
    const timer = setInterval(() => {
      fetch('/healthz').then(
        ({ ok }) => ok && location.reload(),
        () => undefined, // still away
      );
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <Notice title={words.serverDown} command="npm start">
      {words.serverDownHelp}
    </Notice>
  );
};
