import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';

const ASSETS = resolve(import.meta.dirname, '../../dist/apps/dashboard/assets');
const KILOBYTES_MAX = 350;

describe('the page as built', () => {
  it(`has at most ${KILOBYTES_MAX} kB of JavaScript on the wire`, () => {
    const scripts = readdirSync(ASSETS).filter((name) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(0);
    const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(ASSETS, name))).length, 0);
    expect(bytes / 1000).toBeLessThanOrEqual(KILOBYTES_MAX);
  });
});
