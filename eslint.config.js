import { builtinModules } from 'node:module'
import { defineConfig, globalIgnores } from 'eslint/config'
import rxjsX from 'eslint-plugin-rxjs-x'
import tseslint from 'typescript-eslint'
import { finnishValues } from './scripts/lint/finnish-values.mjs'

const bannedOperators = {
  bufferTime: 'It emits [] for ever and cuts bursts in two: use bufferTimeDebounced.',
  shareReplay: 'Without refCount it leaks: use share() with a connector.',
  exhaustMap: 'It drops the last trigger: conflation lives in the state of the actor.',
  retryWhen: 'Deprecated: use retry({ delay }), with a bound.',
  repeatWhen: 'Deprecated: use repeat({ delay }), with a bound.',
}
const switchMap = 'It only seems to cancel what libgit2 goes on doing: use concatMap.'

const homes = {
  nodegit: 'Only src/git knows nodegit: go through a port.',
  winston: 'Only src/streams/log knows winston: emit an outcome.',
  conf: 'Only src/config reads the configuration: take settings as an argument.',
}

/** What a room may not import; a rule that is set twice is replaced, so each room gets its whole list at once. */
const barred = (names, patterns = []) => [
  'error',
  { paths: names.map((name) => ({ name, message: homes[name] })), patterns },
]

const outsideWorld = {
  group: ['node:*', ...builtinModules, 'fs-extra'],
  message: 'The domain is pure: take time, chance, identity and the outside as arguments.',
}

const bannedSyntax = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Named exports only: a thing has one name everywhere.',
  },
  {
    selector: 'TSEnumDeclaration',
    message: 'No enums: use a union of literals.',
  },
]
const subscribeCall = {
  selector: 'CallExpression[callee.property.name="subscribe"]',
  message: 'Compose instead: the one subscription is in src/cli.',
}

export default defineConfig(
  globalIgnores(['dist/', 'coverage/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{js,mjs,cjs,ts}'],
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'no-unreachable-loop': 'error',
      'no-constant-condition': 'error',
      'no-warning-comments': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [
      tseslint.configs.strictTypeChecked,
      tseslint.configs.stylisticTypeChecked,
      rxjsX.configs.strict,
    ],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['vitest.config.ts'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { gitsync: { rules: { 'finnish-values': finnishValues } } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A `default` that ends in `never` is welcome, but excuses no missing case.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        {
          allowDefaultCaseForExhaustiveSwitch: true,
          considerDefaultExhaustiveForUnions: false,
          requireDefaultForNonUnion: true,
        },
      ],
      'gitsync/finnish-values': [
        'error',
        { functions: false, methods: false, properties: false, objects: false, strict: true },
      ],
      'rxjs-x/ban-operators': ['error', bannedOperators],
      'no-restricted-syntax': ['error', ...bannedSyntax],
    },
  },
  {
    files: ['src/**'],
    rules: {
      'max-lines': ['error', { max: 250 }],
      'no-console': 'error',
      'no-restricted-imports': barred(['nodegit', 'winston', 'conf']),
      'no-restricted-syntax': ['error', ...bannedSyntax, subscribeCall],
    },
  },
  { files: ['src/git/**'], rules: { 'no-restricted-imports': barred(['winston', 'conf']) } },
  {
    files: ['src/streams/log*.ts', 'src/streams/log/**'],
    rules: {
      'no-restricted-imports': barred(['nodegit', 'conf']),
      // winston types its transports by interfaces of their own, which this rule takes for look-alikes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  { files: ['src/config/**'], rules: { 'no-restricted-imports': barred(['nodegit', 'winston']) } },
  {
    files: ['src/actors/**'],
    rules: { 'no-restricted-imports': barred(['nodegit', 'winston', 'conf'], [outsideWorld]) },
  },
  {
    files: ['src/actors/**', 'src/git/**'],
    rules: { 'rxjs-x/ban-operators': ['error', { ...bannedOperators, switchMap }] },
  },
  { files: ['src/cli/**'], rules: { 'no-restricted-syntax': ['error', ...bannedSyntax] } },
  {
    files: ['spec/**'],
    rules: {
      'max-lines': ['error', { max: 400 }],
      // A test sees the error of a stream by failing.
      'rxjs-x/no-ignored-error': 'off',
      // A test that waits for a value fails by its absence.
      'rxjs-x/no-ignored-default-value': 'off',
    },
  },
  { files: ['vitest.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
)
