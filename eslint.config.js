import tseslint from 'typescript-eslint';

/** Lint finds mistakes; prettier owns the form. Import arrows are held by test/tidy. */
export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'data/**', 'apps/dashboard/dist/**'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'off',
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
);
