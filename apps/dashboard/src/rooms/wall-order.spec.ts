import { describe, expect, it } from '@jest/globals';
import { wallOrder } from './wall-order.js';

const room = (stream_id: string, need: number, online = 100) => ({ stream_id, need, online });

describe('the order of the wall', () => {
  it('begins by need, then by size', () => {
    expect(wallOrder([], [room('a', 0, 10), room('b', 2), room('c', 0, 900)], true)).toEqual(['b', 'c', 'a']);
  });
  it('stands still while needs and sizes waver', () => {
    const order = ['a', 'b', 'c'];
    expect(wallOrder(order, [room('c', 0.4, 120), room('b', 0.3, 140), room('a', 0)], true)).toEqual(order);
  });
  it('a room that turns urgent goes ahead at once, behind those that already are', () => {
    const rooms = [room('a', 12), room('b', 0), room('c', 110), room('d', 0)];
    expect(wallOrder(['a', 'b', 'c', 'd'], rooms, false)).toEqual(['a', 'c', 'b', 'd']);
  });
  it('the rest waits for a calm moment', () => {
    const rooms = [room('a', 0), room('b', 0), room('c', 4)];
    expect(wallOrder(['a', 'b', 'c'], rooms, false)).toEqual(['a', 'b', 'c']);
    expect(wallOrder(['a', 'b', 'c'], rooms, true)).toEqual(['c', 'a', 'b']);
  });
  it('new rooms come last, and those that went leave no gap', () => {
    expect(wallOrder(['a', 'b'], [room('new', 1), room('b', 0)], false)).toEqual(['b', 'new']);
  });
  it('says the same again of the same rooms', () => {
    const rooms = [room('a', 0, 10), room('b', 2), room('c', 0, 900), room('d', 11), room('e', 1.9)];
    const once = wallOrder([], rooms, true);
    expect(wallOrder(once, rooms, true)).toEqual(once);
  });
});
