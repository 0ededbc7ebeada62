import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import { leaveOut } from '../kit/leave-out.js';

/** Where this machine's Chromium is, if it has one. */
export const CHROMIUM_PATH = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Whether this machine has a Chromium. Where `CI` is `true` its absence is an error; elsewhere it is said, and what needs it is left out. */
export const hasChromium = (): boolean => {
  if (existsSync(CHROMIUM_PATH)) return true;
  leaveOut('the page in a browser', `there is no Chromium at ${CHROMIUM_PATH}; CHROMIUM_PATH may name another place`);
  return false;
};

/** The system's Chromium, without a window, asking nothing of any network but this machine. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM_PATH,
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
