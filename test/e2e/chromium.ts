import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PATH = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Whether this machine has a Chromium. Where `CI` is `true` its absence is an error; elsewhere it is said, and what needs it is left out. */
export const hasChromium = (): boolean => {
  if (existsSync(PATH)) return true;
  const problem = `no Chromium at ${PATH}: set CHROMIUM_PATH`;
  if (process.env['CI'] === 'true') throw new Error(problem);
  console.warn(`The page is NOT tested in a browser: ${problem}`);
  return false;
};

/** The system's Chromium, without a window, asking nothing of any network but this machine. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
