import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ASSETS = resolve(import.meta.dirname, '../../dist/apps/dashboard/assets');
const KILOBYTES_MAX = 350;

describe('the page as built', () => {
  const built = readdirSync(ASSETS);
  const scripts = built.filter((name) => name.endsWith('.js'));

  it('has a packed twin of each script and style, which is what a browser is sent', () => {
    const plain = built.filter((name) => /\.(js|css)$/.test(name));
    expect(scripts.length).toBeGreaterThan(0);
    expect(plain.filter((name) => !built.includes(`${name}.br`))).toEqual([]);
  });

  it(`has at most ${KILOBYTES_MAX} kB of JavaScript, packed`, () => {
    const bytes = scripts.reduce((sum, name) => sum + statSync(join(ASSETS, `${name}.br`)).size, 0);
    expect(bytes / 1000).toBeLessThanOrEqual(KILOBYTES_MAX);
  });
});
