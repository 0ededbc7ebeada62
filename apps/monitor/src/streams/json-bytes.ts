import { setImmediate as giveWay } from 'node:timers/promises';
import { SLICE } from '#store';

/** An object as JSON, as `JSON.stringify` writes it; its long lists a slice at a time, so that nothing else waits for them. */
export const jsonBytes = async (value: object): Promise<Buffer> => {
  const pieces: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    pieces.push(`${pieces.length === 0 ? '{' : ','}${JSON.stringify(name)}:`);
    if (Array.isArray(member)) await writeList(member as unknown[], pieces);
    else pieces.push(JSON.stringify(member));
  }
  return Buffer.concat([...pieces, pieces.length === 0 ? '{}' : '}'].map((piece) => Buffer.from(piece)));
};

const writeList = async (list: readonly unknown[], pieces: string[]): Promise<void> => {
  pieces.push('[');
  for (let from = 0; from < list.length; from += SLICE) {
    if (from > 0) {
      pieces.push(',');
      await giveWay();
    }
    pieces.push(JSON.stringify(list.slice(from, from + SLICE)).slice(1, -1));
  }
  pieces.push(']');
};
