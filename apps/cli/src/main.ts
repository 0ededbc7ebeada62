#!/usr/bin/env node
import { systemClock } from '#domain';
import { runTally } from './tally.js';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());
// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runTally(process.argv.slice(2), {
  environment: process.env,
  clock: systemClock,
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  progress: { isTTY: process.stderr.isTTY, write: (text) => process.stderr.write(text) },
  stop: stop.signal,
});
