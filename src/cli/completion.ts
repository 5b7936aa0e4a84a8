import { findCommand } from './arguments.ts'
import type { CommandNode } from './command.ts'
import { defaultConfigsPath, readConfigs } from './configs.ts'
import type { Flag } from './flag.ts'
import type { Invocation } from './invocation.ts'

export interface Candidate {
  readonly name: string
  readonly description: string
}

/**
 * What may stand in place of the last word. Our scripts give that word only if it begins with a hyphen, and else an empty
 * one; those of the reference leave it out.
 */
export function candidates(root: CommandNode, words: readonly string[], env: Invocation['env']): readonly Candidate[] {
  const last = words.at(-1)
  const current = last === '' || last?.startsWith('-') ? last : undefined
  // Bash takes `--flag=value` apart.
  const before = (current === undefined ? words : words.slice(0, -1)).filter(word => word !== '=')
  const place = placeAfter(root, before)
  const values = (flag: Flag) => valuesOf(flag, env)
  if (place.expects !== undefined) return values(place.expects)
  const [, spelling, typed] = /^(--?([^=]+)=)/.exec(current ?? '') ?? []
  if (spelling !== undefined) {
    const flag = place.node.flags?.find(({ name, alias }) => name === typed || alias === typed)
    return flag === undefined ? [] : values(flag).map(value => ({ ...value, name: spelling + value.name }))
  }
  if (current?.startsWith('-')) return flagsOf(place).filter(({ name }) => name.startsWith(current))
  return [...commandsOf(place), ...positionalsOf(place, env)]
}

/** Where a command line has come to. */
interface Place {
  readonly node: CommandNode
  /** Names of the flags that are there. */
  readonly given: ReadonlySet<string>
  /** The flag whose value comes next. */
  readonly expects: Flag | undefined
  /** Whether words that are no commands were read. */
  readonly isLeaf: boolean
}

function placeAfter(root: CommandNode, words: readonly string[]): Place {
  let node = root
  let expects: Flag | undefined
  let isLeaf = false
  const given = new Set<string>()
  for (const word of words) {
    if (expects !== undefined) {
      expects = undefined
      continue
    }
    const next = isLeaf ? undefined : findCommand(node, word)
    if (next !== undefined) {
      node = next
      continue
    }
    isLeaf = true
    const [, spelling, value] = /^--?([^=]+)(=.*)?$/.exec(word) ?? []
    const flag = node.flags?.find(({ name, alias }) => name === spelling || alias === spelling)
    if (flag === undefined) continue
    given.add(flag.name)
    if (flag.kind !== 'switch' && value === undefined) expects = flag
  }
  return { node, given, expects, isLeaf }
}

function commandsOf({ node, isLeaf }: Place): Candidate[] {
  if (isLeaf || node.subcommands === undefined) return []
  const shown = node.subcommands.filter(({ hidden }) => !hidden)
  return shown.map(({ name, purpose }) => ({ name, description: purpose }))
}

function flagsOf({ node, given }: Place): Candidate[] {
  const shown = (node.flags ?? []).filter(({ hidden, name, kind }) => !hidden && (kind === 'list' || !given.has(name)))
  return [...shown, { name: 'help', help: 'Show help' }].map(({ name, help }) => ({
    name: `--${name}`,
    description: help,
  }))
}

/** Words to choose from are spelled `one|other` in help. */
const CHOICE = /^\w+(?:\|\w+)+$/

const choices = (form: string) => form.split('|').map(name => ({ name, description: '' }))

function positionalsOf({ node }: Place, env: Invocation['env']): readonly Candidate[] {
  const form = node.positional?.form ?? ''
  if (/config name|NAME\.\.\./.test(form) && node.flags?.some(({ name }) => name === 'configs-path')) {
    return configNames(env)
  }
  return CHOICE.test(form) ? choices(form) : []
}

function valuesOf({ name, form = '' }: Flag, env: Invocation['env']): readonly Candidate[] {
  if (name === 'active-config' || name === 'config-name') return configNames(env)
  return CHOICE.test(form) ? choices(form) : []
}

function configNames({ INFLUX_CONFIGS_PATH: path }: Invocation['env']): readonly Candidate[] {
  try {
    return [...readConfigs(path || defaultConfigsPath())].map(([name, { url }]) => ({ name, description: url }))
  } catch {
    // Somebody is typing: this is no time for complaints.
    return []
  }
}

/** One candidate a line; with what it is for where the script asks for that, as scripts for zsh do. */
export function printed(
  found: readonly Candidate[],
  { _CLI_ZSH_AUTOCOMPLETE_HACK: described }: Invocation['env'],
): string {
  return found
    .map(({ name, description }) => {
      if (described !== '1') return `${name}\n`
      const escaped = name.replaceAll(':', '\\:')
      return description === '' ? `${escaped}\n` : `${escaped}:${description}\n`
    })
    .join('')
}
