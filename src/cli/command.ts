import type { Flag } from './flag.ts'
import type { Terminal } from './terminal.ts'

/** One command of the tree, as data. */
export interface CommandNode {
  readonly name: string
  readonly aliases?: readonly string[]
  /** One sentence without full stop. */
  readonly purpose: string
  /** More, for its own help. */
  readonly description?: string
  readonly flags?: readonly Flag[]
  /** What may stand without a flag; undefined if nothing may. */
  readonly positional?: { readonly form: string; readonly max?: number }
  /** A complete command line. */
  readonly example?: string
  readonly subcommands?: readonly CommandNode[]
  readonly hidden?: boolean
  readonly run?: (invocation: Invocation) => Promise<void>
}

/** One call of a command: what was given, by flag or else by environment. */
export interface Invocation {
  readonly command: CommandNode
  /** The whole path: `influx auth list`. */
  readonly path: string
  readonly args: readonly string[]
  readonly terminal: Terminal
  readonly env: Readonly<Record<string, string | undefined>>
  /** Undefined if neither flag nor environment gives it; empty if one gives nothing on purpose. */
  text(flag: string): string | undefined
  on(flag: string): boolean
  list(flag: string): readonly string[]
  /** @throws UsageError unless it is a whole number of 0 or more */
  integer(flag: string): number | undefined
  /** Whether it stands on the command line itself. */
  given(flag: string): boolean
}
