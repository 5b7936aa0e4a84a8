import { BUCKET_ARGUMENTS, FORBIDDEN, FUNCTIONS, isAllowedMember, isBucketFunction, PACKAGES } from './flux-names.ts'
import { type FluxReader, fluxReader } from './flux-reader.ts'
import { type FluxBucket, readBucket, type Source } from './flux-source.ts'
import { type FluxToken, fluxTokens } from './flux-tokens.ts'
import { decided, refuse, type Undecidable } from './undecidable.ts'

export interface FluxScript {
  /** Each bucket that is read, once. */
  readonly buckets: readonly FluxBucket[]
}

/**
 * Reads a Flux script and says which buckets it reads, if it keeps to a subset in which that is certain.
 *
 * The only sources are `from(bucket: "…")` or `from(bucketID: "…")` with exactly that one argument as a literal, and the
 * functions of `schema` that read the bucket which such a literal names. Every other name is one of a function that only
 * computes, of a member of a package on a list, or defined by the script before; and none of those may be given a new
 * meaning. Imports have no alias; the only options are `now` and `location`, as literals. So there is no value by which a
 * script could come to `to`, `buckets` or a package that is not on the list. Linear; never throws.
 *
 * Source: upstream contract 3.3; the grammar of Flux.
 */
export function parseFlux(script: string): FluxScript | Undecidable {
  return decided(() => {
    const distinct = new Map(readSources(script).map(({ bucket }) => [JSON.stringify(bucket), bucket]))
    return { buckets: [...distinct.values()] }
  })
}

/** Whether a script asks for the list of buckets and nothing more, as clients do to try a connection. */
export const asksForBuckets = (script: string): boolean => /^\s*buckets\(\)\s*$/.test(script)

/**
 * The same script with other buckets: what stood for each of its own is now the name that `nameOf` gives, by `bucket:`.
 * Everything else is as it was, byte for byte.
 *
 * Undecidable is also what cannot be written as a text that all read alike: quotes, backslashes, dollar signs and
 * control characters.
 */
export function renameBuckets(script: string, nameOf: (bucket: FluxBucket) => string): { text: string } | Undecidable {
  return decided(() => {
    let text = ''
    let done = 0
    for (const { bucket, key, literal } of readSources(script)) {
      text += `${script.slice(done, key.at)}bucket${script.slice(endOf(key), literal.at)}${quoted(nameOf(bucket))}`
      done = endOf(literal)
    }
    return { text: text + script.slice(done) }
  })
}

const endOf = ({ kind, text, at }: FluxToken) => at + text.length + (kind === 'text' ? 2 : 0)

/** What no text of a source holds: it may mean something else than itself. */
const UNPLAIN = /["\\$\u0000-\u001f\u007f]/

function quoted(name: string): string {
  if (name === '' || UNPLAIN.test(name) || !name.isWellFormed()) refuse('a bucket whose name no script can hold')
  return `"${name}"`
}

function readSources(script: string): readonly Source[] {
  const reader = fluxReader(fluxTokens(script))
  const reading: Reading = { reader, packages: readImports(reader), scopes: [new Set()], sources: [] }
  while (reader.peek().kind !== 'end') readStatement(reading)
  return reading.sources
}

interface Reading {
  readonly reader: FluxReader
  /** Paths by the names under which scripts know them. */
  readonly packages: ReadonlyMap<string, string>
  /** Names that the script has defined so far, outermost first. */
  readonly scopes: Set<string>[]
  /** In the order of the text. */
  readonly sources: Source[]
}

function readImports(reader: FluxReader): ReadonlyMap<string, string> {
  const packages = new Map<string, string>()
  while (reader.skip('import')) {
    const { kind, text } = reader.next()
    if (kind !== 'text') refuse('a package with another name')
    if (!PACKAGES.has(text)) refuse('a package that may reach other data')
    const name = text.slice(text.lastIndexOf('/') + 1)
    if (packages.has(name)) refuse('two packages of one name')
    packages.set(name, text)
  }
  return packages
}

function readStatement(reading: Reading): void {
  const { reader } = reading
  if (reader.skip('option')) {
    if (reader.skip('location')) readLocation(reading)
    else {
      for (const text of ['now', '=', '(', ')', '=>']) reader.expect(text)
      if (reader.next().kind !== 'time') refuse('the option now is not a literal')
    }
  } else if (reader.peek().kind === 'word' && reader.isSymbol('=', 1)) {
    const { text } = reader.next()
    reader.expect('=')
    readExpression(reading)
    define(reading, text)
  } else readExpression(reading)
}

/** `= timezone.location(name: "…")`: by which time days and months begin. */
function readLocation({ reader, packages }: Reading): void {
  if (!packages.has('timezone')) refuse('the package timezone is not imported')
  for (const text of ['=', 'timezone', '.', 'location', '(', 'name', ':']) reader.expect(text)
  const { kind, text } = reader.next()
  // The name of a file there.
  if (kind !== 'text' || !/^[A-Za-z0-9_+-]+(?:\/[A-Za-z0-9_+-]+)*$/.test(text)) refuse('a time zone has no such name')
  reader.expect(')')
}

/** Gives a name a meaning in the innermost scope. */
function define({ packages, scopes }: Reading, name: string): void {
  const isTaken = FUNCTIONS.has(name) || FORBIDDEN.has(name) || packages.has(name)
  if (isTaken) refuse('a name is given another meaning')
  scopes.at(-1)!.add(name)
}

/** Operands and what stands between them; which of them binds stronger does not matter here. */
function readExpression(reading: Reading): void {
  const { reader } = reading
  reader.nested(() => {
    if (reader.skip('if')) {
      readExpression(reading)
      reader.expect('then')
      readExpression(reading)
      reader.expect('else')
      readExpression(reading)
      return
    }
    readOperand(reading)
    for (;;) {
      if (reader.skip('|>')) {
        if (reader.isWord('from')) refuse('a source in the middle of a pipeline')
        if (reader.peek().kind !== 'word') refuse('a pipe into something else than a function')
        readOperand(reading)
      } else if (reader.skipOperator()) readOperand(reading)
      else return
    }
  })
}

function readOperand(reading: Reading): void {
  const { reader } = reading
  while (reader.skip('not') || reader.skip('exists') || reader.skip('-') || reader.skip('+')) {
    // Signs may come in any number.
  }
  readPrimary(reading)
  for (;;) {
    if (reader.skip('(')) readProperties(reading, ')', false)
    else if (reader.skip('[')) {
      readExpression(reading)
      reader.expect(']')
    } else if (reader.skip('.')) reader.name()
    else return
  }
}

function readPrimary(reading: Reading): void {
  const { reader } = reading
  if (reader.isSymbol('(') && reader.isFunction()) readFunction(reading)
  else if (reader.skip('(')) {
    readExpression(reading)
    reader.expect(')')
  } else if (reader.skip('[')) readArray(reading)
  else if (reader.skip('{')) readRecord(reading)
  else {
    const { kind, text } = reader.next()
    if (kind === 'word') readName(reading, text)
    else if (kind === 'keyword' || kind === 'symbol') refuse('the script is none that can be decided')
  }
}

function readName(reading: Reading, name: string): void {
  const { reader, packages } = reading
  const path = packages.get(name)
  if (name === 'from') readSource(reading)
  else if (path === undefined) checkName(reading, name)
  else {
    reader.expect('.')
    const member = reader.name()
    if (isBucketFunction(path, member)) readBucketFunction(reading)
    else if (!isAllowedMember(path, member)) refuse('a function that may reach other data')
  }
}

function checkName({ scopes }: Reading, name: string): void {
  if (FUNCTIONS.has(name) || scopes.some(scope => scope.has(name))) return
  refuse(FORBIDDEN.has(name) ? 'a function that may reach other data' : 'a name that is not known')
}

function readSource(reading: Reading): void {
  const { reader, sources } = reading
  reader.expect('(')
  sources.push(readBucket(reader))
  reader.skip(',')
  reader.expect(')')
}

/** `(bucket: "…", …)`: that argument is a literal, and there once; the others say nothing of where. */
function readBucketFunction(reading: Reading): void {
  const { reader, sources } = reading
  const named: Source[] = []
  reader.expect('(')
  reader.list(')', () => {
    if (BUCKET_ARGUMENTS.has(reader.peek().text)) return readProperty(reading, false)
    if (!reader.isWord('bucket')) refuse('an argument that is not known')
    named.push(readBucket(reader))
    sources.push(named[0]!)
  })
  if (named.length !== 1) refuse('a source that is not a bucket')
}

/** `a: 1, b`, where the second is short for `b: b`; in records, keys may be texts. */
function readProperties(reading: Reading, end: string, isRecord: boolean): void {
  reading.reader.list(end, () => readProperty(reading, isRecord))
}

function readProperty(reading: Reading, isRecord: boolean): void {
  const { reader } = reading
  const { kind, text } = reader.next()
  if (kind !== 'word' && !(isRecord && kind === 'text')) refuse('a name is missing')
  if (reader.skip(':')) readExpression(reading)
  else if (kind !== 'word') refuse('a key without a value')
  else checkName(reading, text)
}

function readRecord(reading: Reading): void {
  const { reader } = reading
  if (reader.peek().kind === 'word' && reader.isWord('with', 1)) {
    checkName(reading, reader.next().text)
    reader.expect('with')
  }
  readProperties(reading, '}', true)
}

/** `[1, 2]` or, as a dictionary, `["a": 1]`. */
function readArray(reading: Reading): void {
  const { reader } = reading
  reader.list(']', () => {
    readExpression(reading)
    if (reader.skip(':')) readExpression(reading)
  })
}

function readFunction(reading: Reading): void {
  const { reader, scopes } = reading
  const parameters = readParameters(reading)
  scopes.push(new Set())
  for (const name of parameters) define(reading, name)
  reader.expect('=>')
  if (reader.skip('{')) {
    while (!reader.skip('return')) readStatement(reading)
    readExpression(reading)
    reader.expect('}')
  } else readExpression(reading)
  scopes.pop()
}

/** Names, with values in place of missing arguments, which know nothing of the parameters. */
function readParameters(reading: Reading): readonly string[] {
  const { reader } = reading
  const names: string[] = []
  reader.expect('(')
  reader.list(')', () => {
    names.push(reader.name())
    if (reader.skip('=') && !reader.skip('<-')) readExpression(reading)
  })
  return names
}
