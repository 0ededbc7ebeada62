import { register } from 'node:module';

/** `node --import test/kit/typescript.mjs some-file.ts` */
register('./typescript-hooks.mjs', import.meta.url);
