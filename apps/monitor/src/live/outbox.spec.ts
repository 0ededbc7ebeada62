import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Outbox } from './outbox.js';

const fail = (error: unknown): never => {
  throw error;
};
const done = async (outbox: Outbox): Promise<void> => {
  for (let i = 0; i < 100 && !outbox.isEmpty; i++) await turn();
};

describe('the outbox', () => {
  it('sends urgent pieces first, each kind in its order', async () => {
    const outbox = new Outbox(fail);
    const sent: string[] = [];
    const piece = (name: string) => () => void sent.push(name);
    outbox.replacePatient([piece('p1'), piece('p2')]);
    outbox.putUrgent([piece('u1')]);
    outbox.putUrgent([piece('u2')]);
    await done(outbox);
    expect(sent).toEqual(['u1', 'u2', 'p1', 'p2']);
  });

  it('drops figures that newer ones replace, never what is urgent', async () => {
    const outbox = new Outbox(fail);
    const sent: string[] = [];
    outbox.putUrgent([() => void sent.push('alert')]);
    outbox.replacePatient([() => void sent.push('old')]);
    outbox.replacePatient([() => void sent.push('new')]);
    await done(outbox);
    expect(sent).toEqual(['alert', 'new']);
  });

  it('goes on after a piece that fails', async () => {
    const sent: string[] = [];
    const outbox = new Outbox((error) => sent.push(String(error)));
    outbox.putUrgent([
      () => {
        throw new Error('broken');
      },
      () => void sent.push('next'),
    ]);
    await done(outbox);
    expect(sent).toEqual(['Error: broken', 'next']);
  });
});
