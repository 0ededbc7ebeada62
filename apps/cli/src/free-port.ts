import { createServer } from 'node:net';

/** Whether `port` of `host` can be listened on now. */
export const isPortFree = async (port: number, host: string): Promise<boolean> =>
  (await listenOnce(port, host)) !== null;

/** `preferred` if it is free, else a free port that the system picks. */
export const freePort = async (preferred: number, host: string): Promise<number> =>
  (await listenOnce(preferred, host)) ?? (await listenOnce(0, host)) ?? preferred;

const listenOnce = (port: number, host: string): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
