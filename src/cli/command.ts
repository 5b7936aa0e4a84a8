import type { Flag } from './flag.ts'
import type { Invocation } from './invocation.ts'

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
