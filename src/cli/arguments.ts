import { suggest as nearest } from '../config/suggestion.ts'
import type { CommandNode } from './command.ts'
import type { Flag } from './flag.ts'
import type { Given } from './invocation.ts'
import { UsageError } from './usage-error.ts'

/** What a command line asks for: a command to run, or a node whose help is wanted. */
export type Asked = { readonly run: Given } | { readonly helpOf: CommandNode; readonly path: string }

const HELP_FLAGS = ['-h', '-help', '--help', '--h']
const HELP_WORDS = ['help', 'h']

/**
 * Reads a command line as the reference does: flags belong to the last command and come after it, one dash and two mean the
 * same, the last value of a flag counts, `--` ends them. Source: CLI contract 1.3.
 *
 * Not commander's reading, which knows no `-json` and has words of its own for every fault; scripts compare these.
 *
 * @throws UsageError with the command it is about
 */
export function parseArguments(root: CommandNode, words: readonly string[]): Asked {
  let node = root
  let path = root.name
  let at = 0
  while (node.subcommands !== undefined && at < words.length) {
    const word = words[at] as string
    if (HELP_FLAGS.includes(word)) return { helpOf: node, path }
    if (HELP_WORDS.includes(word)) return helpTopic(node, path, words.slice(at + 1))
    if (word.startsWith('-') && word !== '-') break
    const next = findCommand(node, word)
    if (next === undefined) {
      if (node.positional !== undefined) break
      throw at_(node, path, new UsageError(`unknown command "${word}" for "${path}"${guess(node, word)}`))
    }
    node = next
    path = `${path} ${next.name}`
    at++
  }
  return leaf(node, path, words.slice(at))
}

/** Says which command a fault is about, so that its help can be shown. */
export class FaultyCall extends Error {
  readonly node: CommandNode
  readonly path: string
  override readonly cause: UsageError

  constructor(node: CommandNode, path: string, cause: UsageError) {
    super(cause.message)
    this.node = node
    this.path = path
    this.cause = cause
  }
}
const at_ = (node: CommandNode, path: string, cause: UsageError) => new FaultyCall(node, path, cause)

export function findCommand(node: CommandNode, word: string): CommandNode | undefined {
  return node.subcommands?.find(({ name, aliases }) => name === word || aliases?.includes(word))
}

function helpTopic(node: CommandNode, path: string, [topic, ...deeper]: readonly string[]): Asked {
  if (topic === undefined) return { helpOf: node, path }
  const found = findCommand(node, topic)
  if (found === undefined) throw at_(node, path, new UsageError(`No help topic for '${topic}'`))
  return helpTopic(found, `${path} ${found.name}`, deeper)
}

function leaf(node: CommandNode, path: string, words: readonly string[]): Asked {
  try {
    const { args, values, help } = readFlags(node, words)
    if (help || (node.run === undefined && args.length === 0)) return { helpOf: node, path }
    const max = node.positional === undefined ? 0 : (node.positional.max ?? Number.POSITIVE_INFINITY)
    const extra = args[node.positional === undefined ? 0 : max]
    if (extra !== undefined && node.positional === undefined) {
      throw new UsageError(`unknown command "${extra}" for "${node.run === undefined ? path : node.name}"`)
    }
    return { run: { command: node, path, args, values } }
  } catch (cause) {
    throw cause instanceof UsageError ? at_(node, path, cause) : cause
  }
}

interface FlagsRead {
  readonly args: readonly string[]
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly help: boolean
}

function readFlags({ flags = [], subcommands }: CommandNode, words: readonly string[]): FlagsRead {
  const values = new Map<string, string[]>()
  const spellings = new Map<string, string>()
  const args: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string
    if (word === '--') {
      args.push(...words.slice(at + 1))
      break
    }
    if (!word.startsWith('-') || word === '-') {
      args.push(word)
      // A command with subcommands takes no flags after its first word, as in the reference; its words are data.
      if (subcommands !== undefined) {
        args.push(...words.slice(at + 1))
        break
      }
      continue
    }
    if (HELP_FLAGS.includes(word)) return { args, values, help: true }
    const { spelling, value } = splitFlag(word)
    const flag = flags.find(candidate => candidate.name === spelling || candidate.alias === spelling)
    if (flag === undefined)
      throw new UsageError(`flag provided but not defined: -${spelling}${guessFlag(flags, spelling)}`, 'with-message')
    const earlier = spellings.get(flag.name)
    if (earlier !== undefined && earlier !== spelling) {
      throw new UsageError(`Cannot use two forms of the same flag: ${flag.alias} ${flag.name}`, 'with-message')
    }
    spellings.set(flag.name, spelling)
    const text = flag.kind === 'switch' ? switchValue(spelling, value) : (value ?? nextWord(spelling, words[++at]))
    values.set(flag.name, flag.kind === 'list' ? [...(values.get(flag.name) ?? []), text] : [text])
  }
  return { args, values, help: false }
}

function splitFlag(word: string): { spelling: string; value: string | undefined } {
  const [, name = '', value] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) ?? []
  if (name === '' || name.startsWith('-')) throw new UsageError(`bad flag syntax: ${word}`, 'with-message')
  return { spelling: name, value }
}

/** The word after a flag, unless it looks like a flag itself: then a value was forgotten. */
function nextWord(spelling: string, word: string | undefined): string {
  const fault = `flag needs an argument: -${spelling}`
  if (word === undefined) throw new UsageError(fault, 'with-message')
  if (word === '-' || !word.startsWith('-')) return word
  const dashes = spelling.length > 1 ? '--' : '-'
  // The word is not repeated: it may be a password.
  throw new UsageError(
    `${fault}\nA value that begins with a hyphen is written ${dashes}${spelling}=VALUE`,
    'with-message',
  )
}

const BOOLEANS = ['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False']

function switchValue(spelling: string, value: string | undefined): string {
  if (value === undefined) return 'true'
  if (BOOLEANS.includes(value)) return value
  throw new UsageError(`invalid boolean value "${value}" for -${spelling}: parse error`, 'with-message')
}

function guess(node: CommandNode, word: string): string {
  const names = node.subcommands?.flatMap(({ name, aliases = [], hidden }) => (hidden ? [] : [name, ...aliases])) ?? []
  return didYouMean(nearest(word, names))
}

function guessFlag(flags: readonly Flag[], spelling: string): string {
  const found = nearest(
    spelling,
    flags.flatMap(({ name, hidden }) => (hidden ? [] : [name])),
  )
  return didYouMean(found === undefined ? undefined : `--${found}`)
}

/** On a line of its own, so that the message itself stays what scripts know. */
const didYouMean = (found: string | undefined) => (found === undefined ? '' : `\nDid you mean "${found}"?`)
