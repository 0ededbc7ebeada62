import { transformFile } from '@swc/core';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';

/** Module hooks that let a child process of a test run the TypeScript sources as they are, as Jest does: nothing is built first. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const resolve = (specifier, context, next) => {
  if (/^#[a-z]+$/.test(specifier)) {
    const source = join(ROOT, 'libs', specifier.slice(1), 'src/index.ts');
    return { url: pathToFileURL(source).href, shortCircuit: true };
  }
  if (specifier.startsWith('.') && specifier.endsWith('.js')) {
    const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    if (existsSync(source)) return { url: source.href, shortCircuit: true };
  }
  return next(specifier, context);
};

export const load = async (url, context, next) => {
  if (!url.endsWith('.ts')) return next(url, context);
  const { code } = await transformFile(fileURLToPath(url), {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
};
