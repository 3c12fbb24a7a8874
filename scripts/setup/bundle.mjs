import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Programs and a thread, under the names that their neighbours in src look for beside themselves, and as deep as those lie. */
const programs = {
  main: 'cli/main.ts',
  child: 'git/transport/libgit2/child.ts',
  scan: 'git/guard/scan.ts',
}

/** CommonJS inside of a module: its `require` is that of the file it stands in. */
const requireHere = `import { createRequire as requireIn } from 'node:module'
const require = requireIn(import.meta.url)`

/** nodegit's own code is bundled too, all but its binary; it would look for a file of each class, most of which have none. */
const nodegit = {
  name: 'nodegit',
  setup: (build) => {
    build.onResolve({ filter: /^\.\.\/build\/.*\.node$/ }, ({ path }) => ({
      path: path.replace('..', 'nodegit'),
      external: true,
    }))
    build.onLoad({ filter: /nodegit[\\/]lib[\\/]nodegit\.js$/ }, ({ path }) => {
      const has = (name) => existsSync(join(dirname(path), `${name}.js`))
      const contents = readFileSync(path, 'utf8').replaceAll(
        /importExtension\("(.*?)"\)/g,
        (_, name) => (has(name) ? `require("./${name}")` : ''),
      )
      // Its way to make a buffer is deprecated, which Node tells nobody who has it below node_modules.
      return { contents: `process.noDeprecation = true\n${contents}` }
    })
  },
}

/**
 * The command line in a few files instead of a thousand, which take most of the time of a short command to find
 * and read. Names stay as they are, for the sake of stack traces.
 *
 * @returns the files that were written
 */
export const bundle = async (root) => {
  const { build } = await import('esbuild')
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(programs).map(([out, source]) => ({
      out,
      in: join('src', source),
    })),
    outdir: join('dist', 'bin'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    // Its form for Node is CommonJS, of which nothing could be left out.
    alias: { rxjs: join(root, 'node_modules/rxjs/dist/esm/index.js') },
    plugins: [nodegit],
    banner: { js: requireHere },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'linked',
    metafile: true,
    logLevel: 'warning',
  })
  chmodSync(join(root, 'dist/bin/main.js'), 0o755)
  return Object.keys(metafile.outputs).map((output) => join(root, output))
}
