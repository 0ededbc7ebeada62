import { createGunzip } from 'node:zlib';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** A request's body after decompression, or why there is none. */
export type BodyOutcome =
  | { kind: 'body'; bytes: Buffer }
  | { kind: 'too_large' }
  | { kind: 'bad_gzip' }
  | { kind: 'unknown_encoding'; encoding: string }
  | { kind: 'aborted' };

/**
 * Reads at most `bytesMax` of the body, measured as sent and again after decompression, so that a small bomb
 * stays small. What lies beyond is read and dropped: a client that still sends would not hear the answer.
 */
export const readBody = async (request: IncomingMessage, bytesMax: number): Promise<BodyOutcome> => {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') return drop(request, { kind: 'unknown_encoding', encoding });
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return drop(request, { kind: 'too_large' });
  return encoding === 'gzip' ? readGzip(request, bytesMax) : readPlain(request, bytesMax);
};

const readPlain = async (request: IncomingMessage, bytesMax: number): Promise<BodyOutcome> => {
  try {
    const bytes = await collect(request, bytesMax);
    return bytes === null ? drop(request, { kind: 'too_large' }) : { kind: 'body', bytes };
  } catch {
    return { kind: 'aborted' };
  }
};

const readGzip = async (request: IncomingMessage, bytesMax: number): Promise<BodyOutcome> => {
  const gunzip = createGunzip();
  request.once('error', (error) => gunzip.destroy(error));
  try {
    const bytes = await collect(request.pipe(gunzip), bytesMax);
    return bytes === null ? { kind: 'too_large' } : { kind: 'body', bytes };
  } catch {
    return { kind: request.errored ? 'aborted' : 'bad_gzip' };
  } finally {
    // The request of a pipe that was taken away stands still.
    request.unpipe(gunzip);
    gunzip.destroy();
    request.resume();
  }
};

/** All of a stream; `null` once it is longer than `bytesMax`. */
const collect = (stream: Readable, bytesMax: number): Promise<Buffer | null> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const stop = (): void => {
      stream.off('data', onData);
      resolve(null);
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes > bytesMax) stop();
      else chunks.push(chunk);
    };
    stream.on('data', onData);
    stream.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)));
    stream.once('error', reject);
    stream.once('close', () => reject(new Error('closed before its end')));
  });

const drop = (request: IncomingMessage, outcome: BodyOutcome): BodyOutcome => {
  request.resume();
  return outcome;
};
