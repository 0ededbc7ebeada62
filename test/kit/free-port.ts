import { isPortFree } from '../../apps/cli/src/free-port.js';

/** Below where the system takes ports from for whoever asks for any (on Linux from 32768 on). */
const FIRST_PORT = 20_000;
const PROCESSES = 240;
const PORTS_EACH = 50;

let next = FIRST_PORT + (process.pid % PROCESSES) * PORTS_EACH;

/**
 * A port of this machine, for whoever binds it later, and again after a restart: neither the system gives it to others
 * meanwhile, nor another process of the tests, for each asks in a range of its own.
 */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const port = next++;
    if (await isPortFree(port, '127.0.0.1')) return port;
  }
};
