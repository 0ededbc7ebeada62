/** Jest 30 in ESM mode: Nest 12 is ESM only (docs/adr/0001-toolchain.md). */
export default {
  maxWorkers: 2,
  testSequencer: '<rootDir>/test/kit/longest-first.mjs',
  /** A hang is what this is for: on a busy machine a test that starts processes or a store may take a while. */
  testTimeout: 60_000,
  testEnvironment: 'node',
  roots: ['<rootDir>/libs', '<rootDir>/apps', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    '^#([a-z]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
};
