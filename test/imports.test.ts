// Which file of src/ may import which: the arrows of docs/architecture.md, enforced. The rules are the tables below.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

interface Rule {
  /** Files or folders of src/ that may be imported. The own folder always may. */
  readonly values: readonly string[]
  /** Those of which only types may be. */
  readonly types?: readonly string[]
  /** Packages and built-in modules, as prefixes. */
  readonly packages?: readonly string[]
}

const ALL = ['domain', 'parse', 'store', 'authority', 'http', 'gateway', 'config', 'operate', 'client', 'observe']

/** What commands on the server's machine are made of. Only `serve` needs everybody, by way of main.ts. */
const OPERATE = ['operate', 'domain', 'config', 'store', 'authority', 'observe', 'version.ts']

/** By folder, or by file where a file has a rule of its own. */
const RULES: Readonly<Record<string, Rule>> = {
  domain: { values: [] },
  'domain/token.ts': { values: ['domain'], packages: ['node:crypto', 'node:zlib'] },
  parse: { values: ['domain'] },
  store: { values: ['domain'], packages: ['node:', '@photostructure/sqlite', 'pg'] },
  authority: { values: ['domain'], types: ['store'], packages: ['node:crypto', 'node:util', 'node:timers/promises'] },
  http: {
    values: ['domain', 'authority', 'observe'],
    types: ['client'],
    packages: ['node:', 'hono', '@hono/node-server'],
  },
  gateway: {
    values: ['domain', 'parse', 'observe', 'authority/verifier.ts', 'authority/catalogue.ts'],
    types: ['authority/freshness.ts', 'authority/remembered-catalogue.ts'],
    packages: ['node:', 'undici'],
  },
  // The option types that others declare, never their behaviour.
  config: { values: [], types: ALL, packages: ['node:', 'smol-toml'] },
  operate: { values: OPERATE, packages: ['node:', 'commander'] },
  'operate/serve.ts': { values: [...OPERATE, 'main.ts'], packages: ['node:'] },
  worker: { values: ['domain', 'store', 'authority', 'observe'], packages: ['node:'] },
  client: { values: [], packages: ['openapi-fetch'] },
  observe: { values: [], types: ['domain'], packages: ['node:'] },
  // Packages only where a command needs them: each costs time at every start.
  cli: { values: ['client', 'config', 'version.ts'], packages: ['node:', 'smol-toml', 'undici', 'yaml'] },
  // The page knows the server by its API alone, through the client that the command line uses too.
  ui: {
    values: ['client'],
    packages: ['react', 'react-dom', '@tanstack/react-query', 'lucide-react', 'p-map', 'radix-ui', 'wouter'],
  },
  // Each under the words that call for it.
  'sluice.ts': { values: ['cli', 'operate/program.ts'], types: [], packages: ['commander'] },
  // The main thread talks to the worker through its channel.
  'main.ts': { values: [...ALL, 'worker/channel.ts', 'version.ts'], packages: ['node:', 'hono', '@hono/node-server'] },
  'version.ts': { values: [], packages: ['node:fs'] },
}

/** Folders without clock, randomness and surroundings. */
const PURE = ['domain', 'parse']
const IMPURE = ['Date.now', 'Math.random', 'process', 'new Date()']
const FORBIDDEN_NAMES = ['utils', 'helpers', 'common', 'manager', 'data', 'info']
const MAX_LINES = 400
/** Written by a program, so that its length is nobody's choice. */
const GENERATED = ['client/schema.ts']

interface Import {
  readonly target: string
  readonly typeOnly: boolean
}

/** Paths below src/, those of the page below ui/src/, and what is in the files. */
type Sources = Readonly<Record<string, string>>

function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node
  for (const child of node.getChildren()) yield* nodesOf(child)
}

const parse = (path: string, text: string) => [
  ...nodesOf(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)),
]

/** What a module specifier names: a path below src/, or a package. */
function resolve(path: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(dirname(path), specifier).replace(/^src\//, '') : specifier
}

function specifierOf(node: ts.Node): { specifier: ts.Expression | undefined; typeOnly: boolean } | undefined {
  if (ts.isImportDeclaration(node)) {
    return { specifier: node.moduleSpecifier, typeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword }
  }
  if (ts.isExportDeclaration(node)) return { specifier: node.moduleSpecifier, typeOnly: node.isTypeOnly }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return { specifier: node.argument.literal as ts.Expression, typeOnly: true }
  }
  const isDynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
  return isDynamic ? { specifier: node.arguments[0], typeOnly: false } : undefined
}

/** Imports of every kind: static, dynamic, re-exports and types in passing. */
function importsOf(path: string, nodes: readonly ts.Node[]): Import[] {
  return nodes.flatMap(node => {
    const found = specifierOf(node)
    if (!found?.specifier || !ts.isStringLiteralLike(found.specifier)) return []
    return [{ target: resolve(path, found.specifier.text), typeOnly: found.typeOnly }]
  })
}

const isIn = (target: string, places: readonly string[] = []) =>
  places.some(place => target === place || target.startsWith(`${place}/`))

function isAllowed(path: string, { target, typeOnly }: Import, files: Sources): boolean {
  const folder = path.split('/')[0]!
  const rule = RULES[path] ?? RULES[folder]
  if (!rule) return false
  if (!(target in files)) {
    return (rule.packages ?? []).some(
      name => target === name || target.startsWith(name.endsWith(':') ? name : `${name}/`),
    )
  }
  const own = path === folder ? [] : [folder]
  return isIn(target, [...own, ...rule.values]) || (typeOnly && isIn(target, rule.types))
}

/** What a pure file uses of the world. */
function impurities(nodes: readonly ts.Node[]): string[] {
  return nodes.flatMap(node => {
    if (ts.isPropertyAccessExpression(node) && IMPURE.includes(node.getText())) return [node.getText()]
    if (ts.isPropertyAccessExpression(node) && IMPURE.includes(node.expression.getText())) return [node.getText()]
    return ts.isNewExpression(node) && IMPURE.includes(node.getText()) ? [node.getText()] : []
  })
}

/** The shortest way along imports from a file back to itself, as the files on it; empty if there is none. */
function cycleThrough(path: string, graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const seen = new Set<string>()
  const ways: (readonly string[])[] = [[path]]
  for (const way of ways) {
    for (const next of graph.get(way.at(-1)!) ?? []) {
      if (next === path) return [...way, path]
      if (!seen.has(next)) ways.push([...way, next])
      seen.add(next)
    }
  }
  return []
}

/** Everything that is wrong with a set of files, as sentences. */
function faults(all: Sources): string[] {
  const files = Object.fromEntries(Object.entries(all).filter(([path]) => !path.endsWith('.test.ts')))
  const graph = new Map<string, string[]>()
  const found: string[] = []
  for (const [path, text] of Object.entries(files)) {
    const nodes = parse(path, text)
    const imports = importsOf(path, nodes)
    graph.set(
      path,
      imports.map(({ target }) => target).filter(target => target in files),
    )
    for (const one of imports.filter(one => !isAllowed(path, one, files))) {
      found.push(`${path} must not import ${one.typeOnly ? 'types of ' : ''}${one.target}`)
    }
    if (isIn(path, PURE)) for (const use of impurities(nodes)) found.push(`${path} must not use ${use}`)
    const lines = text.split('\n').length - 1
    if (lines > MAX_LINES && !GENERATED.includes(path)) found.push(`${path} has ${lines} lines; split it`)
    if (FORBIDDEN_NAMES.includes(basename(path).replace(/\.\w+$/, '')))
      found.push(`${path} has a name that says nothing`)
  }
  for (const path of graph.keys()) {
    const cycle = cycleThrough(path, graph)
    // Reported once, by the first of its files.
    if (cycle.length > 0 && cycle.every(other => path <= other)) found.push(`cycle: ${cycle.join(' → ')}`)
  }
  return found
}

function readSources(folder: string, prefix = ''): Sources {
  const root = fileURLToPath(new URL(`../${folder}`, import.meta.url))
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
  const code = paths
    .filter(path => /\.tsx?$/.test(path))
    .map(path => [prefix + path, readFileSync(join(root, path), 'utf8')])
  // A style sheet is there to be imported, and imports nothing.
  const styles = paths.filter(path => path.endsWith('.css')).map(path => [prefix + path, ''])
  return Object.fromEntries([...code, ...styles])
}

test('every file of src/ and of the page keeps to the rules', () => {
  const [program, page] = [readSources('src'), readSources('ui/src', 'ui/src/')]
  for (const sources of [program, page]) expect(Object.keys(sources).length).toBeGreaterThan(10)
  expect(faults({ ...program, ...page })).toEqual([])
})

describe('the checker', () => {
  /** One file that imports, among files that are there. */
  const check = (path: string, text: string) =>
    faults({
      'domain/id.ts': '',
      'store/store.ts': '',
      'authority/authority.ts': '',
      'authority/verifier.ts': '',
      'worker/channel.ts': '',
      'worker/worker.ts': '',
      'main.ts': '',
      [path]: text,
    })

  test.each([
    ['domain/a.ts', "import { b } from '../store/store.ts'", 'domain/a.ts must not import store/store.ts'],
    ['domain/a.ts', "import { hash } from 'node:crypto'", 'domain/a.ts must not import node:crypto'],
    ['parse/a.ts', "import 'node:fs'", 'parse/a.ts must not import node:fs'],
    ['authority/a.ts', "import { b } from '../store/store.ts'", 'authority/a.ts must not import store/store.ts'],
    ['authority/a.ts', "import { type B } from '../store/store.ts'", 'authority/a.ts must not import store/store.ts'],
    ['http/a.ts', "import type { B } from '../store/store.ts'", 'http/a.ts must not import types of store/store.ts'],
    ['http/routes/a.ts', "export { b } from '../../store/store.ts'", 'http/routes/a.ts must not import store/store.ts'],
    ['http/a.ts', "const b = await import('../store/store.ts')", 'http/a.ts must not import store/store.ts'],
    ['http/a.ts', "let b: import('../store/store.ts').B", 'http/a.ts must not import types of store/store.ts'],
    [
      'gateway/a.ts',
      "import { b } from '../authority/authority.ts'",
      'gateway/a.ts must not import authority/authority.ts',
    ],
    ['gateway/a.ts', "import { b } from 'node-fetch'", 'gateway/a.ts must not import node-fetch'],
    ['operate/doctor.ts', "import { b } from '../main.ts'", 'operate/doctor.ts must not import main.ts'],
    ['main.ts', "import { b } from './worker/worker.ts'", 'main.ts must not import worker/worker.ts'],
    [
      'ui/src/api/a.ts',
      "import { b } from '../../../src/domain/id.ts'",
      'ui/src/api/a.ts must not import domain/id.ts',
    ],
    ['ui/src/parts/a.tsx', "import { b } from 'left-pad'", 'ui/src/parts/a.tsx must not import left-pad'],
    ['ui/src/parts/helpers.tsx', '', 'ui/src/parts/helpers.tsx has a name that says nothing'],
    ['surprise/a.ts', "import { b } from '../domain/id.ts'", 'surprise/a.ts must not import domain/id.ts'],
    ['domain/a.ts', 'export const now = () => Date.now()', 'domain/a.ts must not use Date.now'],
    ['parse/a.ts', 'export const now = () => new Date()', 'parse/a.ts must not use new Date()'],
    ['parse/a.ts', 'export const n = Math.random()', 'parse/a.ts must not use Math.random'],
    ['domain/a.ts', 'export const e = process.env', 'domain/a.ts must not use process.env'],
    ['store/utils.ts', '', 'store/utils.ts has a name that says nothing'],
    ['store/a.ts', '\n'.repeat(401), 'store/a.ts has 401 lines; split it'],
    ['store/store.ts', "import './store.ts'", 'cycle: store/store.ts → store/store.ts'],
  ])('%s: %s', (path, text, fault) => {
    expect(check(path, text)).toEqual([fault])
  })

  test.each([
    [
      'domain/a.ts',
      "import { b } from './id.ts'\n// Date.now() is not for us, nor process.env\nconst c = 'Math.random'",
    ],
    ['domain/a.ts', 'export const at = (ms: number) => new Date(ms)'],
    ['domain/token.ts', "import { hash } from 'node:crypto'"],
    ['authority/a.ts', "import type { B } from '../store/store.ts'\nimport { c } from '../domain/id.ts'"],
    ['gateway/a.ts', "import { b } from '../authority/verifier.ts'\nimport { request } from 'node:http'"],
    ['operate/serve.ts', "const { b } = await import('../main.ts')"],
    ['main.ts', "import { b } from './worker/channel.ts'"],
    ['domain/a.test.ts', "import { b } from '../store/store.ts'\nimport { test } from 'vitest'"],
    ['client/schema.ts', '\n'.repeat(5000)],
  ])('lets %s: %s', (path, text) => {
    expect(check(path, text)).toEqual([])
  })

  test('reports a cycle of several files once', () => {
    const files = {
      'store/b.ts': "import './c.ts'",
      'store/c.ts': "import type { A } from './a.ts'",
      'store/a.ts': "import './b.ts'",
    }
    expect(faults(files)).toEqual(['cycle: store/a.ts → store/b.ts → store/c.ts → store/a.ts'])
  })
})
