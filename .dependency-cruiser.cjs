/** What every room passes its words through, and imports nothing itself. */
const leaf = '^src/(redact|printable|shell-word)\\.ts$'

/** A room, and the rooms it may import; everything else in src is barred. */
const arrow = (room, allowed, from, to) => ({
  name: `${room}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  comment: `The arrows of the design: ${room} → ${allowed.join(' · ') || 'nothing'}.`,
  from: { path: from },
  to: { path: '^src/', pathNot: `${to}|${leaf}` },
})

/** A type leaves no trace at run time, so this holds values only. */
const valuesTo = (path) => ({ ...path, dependencyTypesNot: ['type-only'] })

/** The composition root, the parts of it that wire all repositories and one, and what they are at any time. */
const pipeline = '^src/(pipeline|repos-pipeline|repo-pipeline|live-settings)\\.ts$'

/** The composition of what asks a pipeline that runs elsewhere. */
const control = '^src/control\\.ts$'

const rooms = [
  arrow('cli', ['index', 'config'], '^src/cli/', '^src/(cli/|config/|index\\.ts$)'),
  arrow('pipeline', ['rooms'], pipeline, `${pipeline}|^src/(actors|streams|git|config)/`),
  arrow('control', ['rooms'], control, `${control}|^src/(actors|streams|config)/`),
  arrow('queries', ['rooms'], '^src/queries/', '^src/(queries|actors|streams|git|config)/'),
  arrow(
    'setup',
    ['rooms', 'pipeline'],
    '^src/setup/',
    '^src/((setup|actors|streams|git|config)/|pipeline\\.ts$)',
  ),
  arrow('mending', ['rooms'], '^src/mending/', '^src/(mending|actors|streams|git|config)/'),
  arrow('streams', ['actors'], '^src/streams/', '^src/(streams|actors)/'),
  arrow('git', ['actors'], '^src/git/', '^src/(git|actors)/'),
  arrow('config', ['actors'], '^src/config/', '^src/(config|actors)/'),
  arrow('actors', [], '^src/actors/', '^src/actors/'),
  {
    name: 'index-imports-only-pipeline',
    severity: 'error',
    comment:
      'index is the public surface: values come from what composes the rooms and from config, types from any room.',
    from: { path: '^src/index\\.ts$' },
    to: valuesTo({
      path: '^src/',
      pathNot: '^src/((pipeline|control)\\.ts$|queries/|setup/|mending/|config/)',
    }),
  },
  {
    name: 'config-imports-types-of-actors',
    severity: 'error',
    comment: 'config shares the vocabulary of the domain, not its behaviour.',
    from: { path: '^src/config/' },
    to: valuesTo({ path: '^src/actors/' }),
  },
]

const shell = '^src/actors/(repo-actor|ports)[^/]*\\.ts$'

const domain = [
  {
    name: 'rxjs-only-in-the-actor-shell',
    severity: 'error',
    comment: 'The domain is pure: only the shell and its ports know streams.',
    from: { path: '^src/actors/', pathNot: shell },
    to: { path: 'node_modules/rxjs/' },
  },
  {
    name: 'domain-never-imports-its-shell',
    severity: 'error',
    comment: 'decide, evolve, operation, backoff and problem see types of the shell at most.',
    from: { path: '^src/actors/', pathNot: shell },
    to: valuesTo({ path: shell }),
  },
  {
    name: 'domain-imports-no-package',
    severity: 'error',
    comment: 'actors → rxjs, and no other package and no module of Node.',
    from: { path: '^src/actors/' },
    to: { pathNot: ['^src/', 'node_modules/rxjs/'] },
  },
]

const only = (name, path, home) => ({
  name: `${name}-only-in-${home.replaceAll('/', '-')}`,
  severity: 'error',
  comment: `${name} is a detail of ${home}.`,
  from: { path: '^src/', pathNot: `^src/${home}` },
  to: { path },
})

module.exports = {
  forbidden: [
    ...rooms,
    ...domain,
    only('nodegit', 'node_modules/nodegit/', 'git/'),
    only('secretlint', 'node_modules/@secretlint/', 'git/guard/'),
    only('winston', 'node_modules/winston/', 'streams/log'),
    only('conf', 'node_modules/conf/', 'config/'),
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle has no order in which to be read.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'src-never-imports-spec',
      severity: 'error',
      comment: 'What ships stands without its tests.',
      from: { path: '^src/' },
      to: { path: '^(spec|bench|scripts)/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment:
        'A file that imports nothing and that nothing imports is dead, unless it declares; knip finds what no entry reaches.',
      from: { orphan: true, path: '^src/', pathNot: '\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'An import that leads nowhere fails at run time.',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
}
