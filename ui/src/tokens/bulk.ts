import { type Authorization, isOperator } from './authorization.ts'
import { expiryOf } from './expiry.ts'

export type BulkAction = 'activate' | 'deactivate' | 'delete'

/** What somebody is told before several tokens are changed at once. */
export interface BulkPlan {
  /** Those that a request is sent for. */
  readonly affected: readonly Authorization[]
  /** One sentence each: what will happen. */
  readonly consequences: readonly string[]
  /** What could be regretted. */
  readonly warnings: readonly string[]
}

/** "1 token", "2 tokens". */
export const counted = (count: number, noun = 'token') => `${count} ${noun}${count === 1 ? '' : 's'}`

/** A sentence about some tokens, in the singular and the plural; none about no token. */
const sentence = (count: number, one: string, many: string) =>
  count === 0 ? [] : [count === 1 ? `1 ${one}` : `${count} ${many}`]

const CONSEQUENCES: Record<BulkAction, readonly [one: string, many: string]> = {
  activate: ['token becomes active and is accepted at once.', 'tokens become active and are accepted at once.'],
  deactivate: [
    'token becomes inactive: whatever uses it is refused at once, until you activate it again.',
    'tokens become inactive: whatever uses them is refused at once, until you activate them again.',
  ],
  delete: [
    'token will be deleted for good. This cannot be undone.',
    'tokens will be deleted for good. This cannot be undone.',
  ],
}

/** Says what an action will do to the chosen tokens, and to which of them it does nothing. */
export function bulkPlan(action: BulkAction, chosen: readonly Authorization[], nowMs: number): BulkPlan {
  const wanted = action === 'activate' ? 'active' : 'inactive'
  const affected = action === 'delete' ? chosen : chosen.filter(({ status }) => status !== wanted)
  const idle = chosen.length - affected.length
  const consequences = [
    ...sentence(affected.length, ...CONSEQUENCES[action]),
    ...sentence(idle, `token is ${wanted} already and stays so.`, `tokens are ${wanted} already and stay so.`),
  ]
  return { affected, consequences, warnings: warningsOf(action, affected, nowMs) }
}

function warningsOf(action: BulkAction, affected: readonly Authorization[], nowMs: number): string[] {
  const expired = affected.filter(({ expiresAt }) => expiryOf(expiresAt, nowMs).kind === 'expired')
  if (action === 'activate') {
    return sentence(
      expired.length,
      'has expired and stays refused until its expiry is changed.',
      'have expired and stay refused until their expiry is changed.',
    )
  }
  const inUse = affected.filter(token => token.status === 'active' && !expired.includes(token))
  const operators = affected.filter(isOperator)
  return [
    ...(action === 'delete'
      ? sentence(
          inUse.length,
          'is active: whatever uses it stops working at once.',
          'are active: whatever uses them stops working at once.',
        )
      : []),
    ...sentence(
      operators.length,
      'is an operator token, which manages the whole server. Be sure that you keep another one.',
      'are operator tokens, which manage the whole server. Be sure that you keep another one.',
    ),
  ]
}

/** How a selection is told: "7 selected, 3 on this page". */
export function selectionWords(selected: ReadonlySet<string>, page: readonly { readonly id: string }[]): string {
  const here = page.filter(({ id }) => selected.has(id)).length
  return here === selected.size ? `${selected.size} selected` : `${selected.size} selected, ${here} on this page`
}

/** The box that selects the page: ticked for exactly the page, mixed for anything else. Page contract 14. */
export function pageCheck(selected: ReadonlySet<string>, page: readonly { readonly id: string }[]): boolean | 'mixed' {
  if (selected.size === 0) return false
  return (selected.size === page.length && page.every(({ id }) => selected.has(id))) || 'mixed'
}
