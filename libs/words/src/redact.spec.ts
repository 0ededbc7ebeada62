import { describe, expect, it } from '@jest/globals';
import { redact } from './redact.js';

describe('danmaku shown to a room', () => {
  it.each([
    ['加我13800001111', '加我***********'],
    ['138-0000-1111!', '*************!'],
    ['１２３４５', '*****'],
    ['12345', '*****'],
    ['1234 元', '1234 元'],
    ['3-2-1 上链接', '3-2-1 上链接'],
    ['满 199 减 20', '满 199 减 20'],
  ])('%s reads %s', (text, shown) => expect(redact(text)).toBe(shown));
});
