import { useRef, useState } from 'react'
import { focusLater } from '../parts/focus-later.ts'
import type { Authorization } from './authorization.ts'
import type { BulkAction } from './bulk.ts'
import { neighbourOf } from './list-state.ts'
import type { Made } from './secret-dialog.tsx'
import { type TokenSelection, useSelection } from './use-selection.ts'
import { type TokenActions, useTokenActions } from './use-token-actions.ts'

/** What is under way on the screen: what is selected, which dialog is open, and what leads from one to the next. */
export interface TokenFlows {
  readonly actions: TokenActions
  readonly selection: TokenSelection
  /** The token whose details are open. */
  readonly opened: Authorization | undefined
  readonly open: (token: Authorization | undefined) => void
  /** The token whose secret is shown. */
  readonly made: Made | undefined
  readonly show: (made: Made | undefined) => void
  /** What is about to be done to all that is selected. */
  readonly bulk: BulkAction | undefined
  readonly ask: (bulk: BulkAction | undefined) => void
  readonly remove: (token: Authorization) => Promise<boolean>
  readonly clone: (token: Authorization) => Promise<void>
  /** Whoever removed rows goes on from here. */
  readonly goOn: (nextId?: string) => void
}

export function useTokenFlows(shown: readonly Authorization[]): TokenFlows {
  const actions = useTokenActions()
  const selection = useSelection()
  const [opened, open] = useState<Authorization>()
  const [made, show] = useState<Made>()
  const [bulk, ask] = useState<BulkAction>()
  const isCloning = useRef(false)
  const goOn = (nextId?: string) => focusLater(`token-title-${nextId}`, 'tokens-list', 'state-empty', 'state-no-match')

  async function remove(token: Authorization): Promise<boolean> {
    const next = neighbourOf(shown, token.id)
    if (!(await actions.remove(token))) return false
    selection.remove([token.id])
    open(undefined)
    goOn(next)
    return true
  }

  async function clone(token: Authorization): Promise<void> {
    // A second press would make a second token.
    if (isCloning.current) return
    isCloning.current = true
    const created = await actions.clone(token)
    isCloning.current = false
    if (created === undefined) return
    open(undefined)
    show({ created, by: 'cloning' })
  }

  return { actions, selection, opened, open, made, show, bulk, ask, remove, clone, goOn }
}
