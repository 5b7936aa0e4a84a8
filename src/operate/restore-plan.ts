import { existsSync } from 'node:fs'
import { type AuditChain, walkAuditChain } from '../store/audit-chain.ts'
import type { Counts } from '../store/inspection.ts'
import { SCHEMA_VERSION } from '../store/migrations.ts'
import { lookAtPresent } from '../store/restore.ts'
import type { Difference } from '../store/revocations.ts'
import type { Sqlite } from '../store/sqlite.ts'

/** What a restore would mean, known before anything is changed. */
export interface Plan {
  readonly file: string
  readonly counts: Counts
  /** When the last act that the backup knows was done; undefined if nobody can say. */
  readonly newestAtMs: number | undefined
  /** What is wrong with the backup and no reason to refuse it. */
  readonly warning: string | undefined
  readonly present: PresentPlan
}

/** The data that it would replace. `unknown` is a reason why nobody can say what would be undone. */
export type PresentPlan =
  | { readonly there: false }
  | { readonly there: true; readonly epoch: number; readonly difference: Difference }
  | { readonly there: true; readonly epoch: number; readonly unknown: string }

/** @param staged the copy of the backup that would take the place of `path` */
export async function planRestore(
  staged: Sqlite,
  { file, counts }: Pick<Plan, 'file' | 'counts'>,
  path: string,
  nowMs: number,
): Promise<Plan> {
  const chain = await walkAuditChain(staged)
  return {
    file,
    counts,
    newestAtMs: chain.intact ? chain.newestAtMs : undefined,
    warning: warningOf(chain),
    present: await planForPresent(staged, path, nowMs),
  }
}

const warningOf = (chain: AuditChain) =>
  chain.intact ? undefined : `The audit log of the backup is not whole: row ${chain.brokenAt} ${chain.how}.`

async function planForPresent(staged: Sqlite, path: string, nowMs: number): Promise<PresentPlan> {
  if (!existsSync(path)) return { there: false }
  try {
    const { schema, epoch, difference } = await lookAtPresent(staged, path, nowMs)
    if (difference !== undefined) return { there: true, epoch, difference }
    // A start that came to nothing leaves an empty one.
    if (schema === 0) return { there: false }
    const unknown =
      schema === undefined
        ? 'the present data is no database of Sluice'
        : `the present data is of schema ${schema}, and this program knows ${SCHEMA_VERSION}`
    return { there: true, epoch, unknown }
  } catch (failure) {
    return { there: true, epoch: 0, unknown: `the present data cannot be read (${reasonOf(failure)})` }
  }
}

function reasonOf(failure: unknown): string {
  const { cause, message } = failure as Error
  return cause instanceof Error ? cause.message : message
}

/** The plan for machines. `undone` and `lost` are null if nobody knows, which is not the same as nothing. */
export function jsonOf({ file, counts, newestAtMs, warning, present }: Plan): object {
  const nothing = { revocations: [], lost: { authorizations: 0, users: 0 } }
  const difference = 'difference' in present ? present.difference : present.there ? undefined : nothing
  return {
    backup: { file, newestAt: isoOf(newestAtMs), ...counts },
    warning,
    undone: difference?.revocations ?? null,
    lost: difference?.lost ?? null,
    unknown: 'unknown' in present ? present.unknown : undefined,
  }
}

/** An instant for people and machines; undefined stays undefined. */
export const isoOf = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString())
