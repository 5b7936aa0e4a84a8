import type { CommandNode, Invocation } from './command.ts'
import type { Flag } from './flag.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'

export type { Invocation } from './command.ts'

export interface Given {
  readonly command: CommandNode
  readonly path: string
  readonly args: readonly string[]
  readonly values: ReadonlyMap<string, readonly string[]>
}

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True']
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False', '']

export function invocationOf(given: Given, terminal: Terminal, env: Invocation['env']): Invocation {
  const { command, values } = given
  const flagOf = (name: string): Flag => {
    const flag = command.flags?.find(candidate => candidate.name === name)
    if (flag === undefined) throw new TypeError(`${given.path} has no flag --${name}`)
    return flag
  }
  /** A flag under any of its names: a second spelling counts as the first. */
  const onLine = (name: string): readonly string[] => {
    const others = command.flags?.filter(flag => flag.sameAs === name).map(flag => flag.name) ?? []
    return [name, ...others].flatMap(spelling => values.get(spelling) ?? [])
  }
  const fromEnv = (flag: Flag) => (flag.env === undefined ? undefined : env[flag.env])

  function text(name: string): string | undefined {
    const flag = flagOf(name)
    return onLine(name).at(-1) ?? fromEnv(flag) ?? flag.default
  }
  return {
    ...given,
    terminal,
    env,
    text,
    given: name => onLine(name).length > 0,
    on(name) {
      const line = onLine(name).at(-1)
      if (line !== undefined) return TRUE.includes(line)
      const value = fromEnv(flagOf(name))
      if (value === undefined || FALSE.includes(value)) return false
      if (TRUE.includes(value)) return true
      throw new UsageError(
        `could not parse ${value} as bool value for flag ${name}: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`,
        'with-message',
      )
    },
    list(name) {
      const line = onLine(name)
      if (line.length > 0) return line
      return fromEnv(flagOf(name))?.split(',').filter(Boolean) ?? []
    },
    integer(name) {
      const value = text(name)
      if (value === undefined) return undefined
      if (/^\d{1,15}$/.test(value)) return Number(value)
      throw new UsageError(`invalid value ${JSON.stringify(value)} for flag -${name}: parse error`, 'with-message')
    },
  }
}

/** Whether each required flag is there, by flag or environment. @throws UsageError naming all that are missing */
export function requireFlags({ command, text, list }: Invocation): void {
  const missing = (command.flags ?? [])
    .filter(
      flag => flag.required && (flag.kind === 'list' ? list(flag.name).length === 0 : text(flag.name) === undefined),
    )
    .map(flag => flag.name)
  if (missing.length === 0) return
  const names = missing.length === 1 ? `flag "${missing[0]}"` : `flags "${missing.join(', ')}"`
  throw new UsageError(`Required ${names} not set`, 'bare')
}
