import { describe, expect, it } from '@jest/globals';
import { wrongArrows } from './import-arrows.js';
import { filesEnding } from './source-tree.js';

const arrows = (path: string, text: string): string[] => wrongArrows({ path, text });

describe('the import arrows of the house', () => {
  it('all point the way of ARCHITECTURE.md', () => {
    const sources = filesEnding('.ts', '.tsx');
    expect(sources.length).toBeGreaterThan(200);
    expect(sources.flatMap(wrongArrows)).toEqual([]);
  });
});

describe('the check of import arrows', () => {
  it.each([
    ['the core does not know its steps’ neighbours', 'libs/detect/src/a.ts', `import { step } from '#window';`],
    ['types are imports as well', 'libs/window/src/a.ts', `import type { Metric } from '#metric';`],
    ['an export is an import', 'libs/domain/src/a.ts', `export * from '#decode';`],
    ['an import that is a call is an import', 'libs/domain/src/a.ts', `const a = await import('#decode');`],
    ['an import inside a type is an import', 'libs/domain/src/a.ts', `type A = import('#decode').Decoder;`],
    ['shell libs do not know each other', 'libs/push/src/a.ts', `import { Journal } from '#ingest';`],
    ['nor the steps of the core', 'libs/store/src/a.ts', `import { step } from '#window';`],
    ['a lib never knows an app', 'libs/ingest/src/a.ts', `import '../../../apps/monitor/src/main.js';`],
    ['an app never knows an app', 'apps/cli/src/a.ts', `import '../../monitor/src/ports.js';`],
    ['the page knows the contract and the domain only', 'apps/dashboard/src/a.tsx', `import { x } from '#metric';`],
    ['no way into a lib but its front door', 'apps/monitor/src/a.ts', `import '../../../libs/store/src/client.js';`],
    ['nor one below its front door', 'apps/monitor/src/a.ts', `import '#store/client';`],
    ['a lib does not go out by its own front door', 'libs/store/src/a.ts', `import { x } from '#store';`],
    ['the core does no I/O', 'libs/window/src/a.ts', `import { readFileSync } from 'node:fs';`],
    ['the core has no Nest', 'libs/decode/src/a.ts', `import { Injectable } from '@nestjs/common';`],
    ['RxJS is for operators', 'libs/window/src/step.ts', `import { map } from 'rxjs';`],
    ['only tests use the test kit', 'libs/window/src/a.ts', `import '../../../test/kit/random.js';`],
    ['a new lib needs its place in the picture', 'libs/utils/src/a.ts', ``],
  ])('%s', (_law, path, text) => expect(arrows(path, text)).toHaveLength(1));

  it.each([
    ['metric is made of windows', 'libs/metric/src/a.ts', `import { x } from '#window'; import { y } from '#domain';`],
    ['an operator is a shell of RxJS', 'libs/window/src/window.operator.ts', `import { map } from 'rxjs';`],
    ['push speaks the contract', 'libs/push/src/a.ts', `import type { x } from '#contract';`],
    ['hashing is arithmetic', 'libs/decode/src/a.ts', `import { createHmac } from 'node:crypto';`],
    ['a spec may use the test kit', 'libs/metric/src/a.spec.ts', `import '../../../test/kit/random.js';`],
    ['words in a comment are no import', 'libs/window/src/a.ts', `// import { x } from '#store';`],
  ])('%s', (_law, path, text) => expect(arrows(path, text)).toEqual([]));
});
