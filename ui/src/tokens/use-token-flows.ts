import { useRef, useState } from 'react'
import { focusLater } from '../parts/focus-later.ts'
import { notify } from '../parts/notifications.ts'
import { type Authorization, type CreatedAuthorization, nameOf } from './authorization.ts'
import type { BulkAction } from './bulk.ts'
import { neighbourOf } from './list-state.ts'
import type { Made } from './secret-dialog.tsx'
import { useIsHere } from './use-is-here.ts'
import { type TokenSelection, useSelection } from './use-selection.ts'
import { type TokenActions, useTokenActions } from './use-token-actions.ts'

const REMEDY = 'Clone it to get another one, or delete it.'

/** What is under way on the screen: what is selected, which dialog is open, and what leads from one to the next. */
export interface TokenFlows {
  readonly actions: TokenActions
  readonly selection: TokenSelection
  /** The token whose details are open. */
  readonly opened: Authorization | undefined
  readonly open: (token: Authorization) => void
  /** Closes the details of this token; those of another, opened meanwhile, stay. */
  readonly close: (token: Authorization) => void
  /** The token whose secret is shown. */
  readonly made: Made | undefined
  /** Shows a secret, after those that are being shown already. */
  readonly show: (created: CreatedAuthorization, by: Made['by']) => void
  /** Forgets the secret that is shown. */
  readonly forget: () => void
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
  const [made, setMade] = useState<readonly Made[]>([])
  const [bulk, ask] = useState<BulkAction>()
  const isCloning = useRef(false)
  const isHere = useIsHere()
  const close = ({ id }: Authorization) => open(now => (now?.id === id ? undefined : now))
  const goOn = (nextId?: string) => focusLater(`token-title-${nextId}`, 'tokens-list', 'state-empty', 'state-no-match')

  function show({ token, ...created }: CreatedAuthorization, by: Made['by']): void {
    if (isHere.current) setMade(shown => [...shown, { created, secret: { text: token }, by }])
    else notify.error(`“${nameOf(created)}” was created after you left, so that its secret was never shown. ${REMEDY}`)
  }

  async function remove(token: Authorization): Promise<boolean> {
    const next = neighbourOf(shown, token.id)
    if (!(await actions.remove(token))) return false
    selection.remove([token.id])
    close(token)
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
    close(token)
    show(created, 'cloning')
  }

  function forget(): void {
    if (made[0] !== undefined) made[0].secret.text = ''
    setMade(shown => shown.slice(1))
  }

  return { actions, selection, opened, open, close, made: made[0], show, forget, bulk, ask, remove, clone, goOn }
}
