import { useEffect, useRef } from 'react'
import { type Authorization, useAuthorizations } from '../api/authorizations.ts'
import { Failure, reasonOf } from '../api/failure.ts'
import { useRights } from '../api/rights.ts'
import { useWorkspace } from '../app/workspace.tsx'
import { notify } from '../parts/notifications.ts'
import type { Action } from './authorization.ts'
import { isFiltered, type ListState, listQuery, pageCount } from './list-state.ts'

/** What the list shows, and what it says instead of showing something. */
export interface TokensPage {
  readonly kind: 'loading' | 'forbidden' | 'error' | 'empty' | 'no-match' | 'rows'
  readonly tokens: readonly Authorization[]
  readonly total: number | undefined
  readonly isFiltered: boolean
  /** Whether other rows are on their way. */
  readonly isBusy: boolean
  /** Why the list could not be read; beside rows, why they may be old. */
  readonly reason: string | undefined
  readonly retry: () => void
  /** Why the person cannot change tokens here; undefined if he can, or it is not known. */
  readonly refusal: string | undefined
}

export function useTokensPage(state: ListState, setState: (state: ListState) => void, isHeld: boolean): TokensPage {
  const { user, org } = useWorkspace()
  const rights = useRights(user.id)
  const may = (action: Action) => rights({ action, resource: { type: 'authorizations', orgID: org.id } })
  const query = listQuery(state, org.id)
  const { data, error, isPlaceholderData, isFetching, refetch } = useAuthorizations(org.id, query, isHeld)
  usePageInRange(state, setState, isPlaceholderData ? undefined : data?.total)
  const reason = error === null ? undefined : reasonOf(error)
  useEffect(() => {
    if (reason !== undefined) notify.error(`The API tokens could not be fetched. ${reason}`)
  }, [reason])
  const isForbidden = error instanceof Failure && error.isForbidden
  return {
    kind: kindOf(),
    tokens: data?.authorizations ?? [],
    total: data?.total,
    isFiltered: isFiltered(state),
    isBusy: isPlaceholderData || (isFetching && data === undefined),
    reason,
    retry: () => void refetch(),
    refusal: may('write')
      ? undefined
      : `You may look at the tokens of ${org.name}, but not change them. Ask an owner of the organization.`,
  }

  function kindOf(): TokensPage['kind'] {
    if (data === undefined && error === null) return 'loading'
    if (isForbidden || (data?.total === 0 && !may('read'))) return 'forbidden'
    if (data === undefined || (error !== null && isPlaceholderData)) return 'error'
    if (data.total > 0) return 'rows'
    return isFiltered(state) ? 'no-match' : 'empty'
  }
}

/** A page that is not there: in an address it is ignored; once something was shown, the last one takes its place. */
function usePageInRange(state: ListState, setState: (state: ListState) => void, total: number | undefined): void {
  const wasShown = useRef(false)
  useEffect(() => {
    if (total === undefined) return
    const last = pageCount(total, state.pageSize)
    if (state.page > last) setState({ ...state, page: wasShown.current ? last : 1 })
    wasShown.current = true
  }, [state, setState, total])
}
