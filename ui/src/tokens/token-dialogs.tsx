import { useMemo } from 'react'
import { useLocation } from 'wouter'
import { useWorkspace } from '../app/workspace.tsx'
import type { Authorization } from './authorization.ts'
import type { BulkAction } from './bulk.ts'
import { BulkDialog } from './bulk-dialog.tsx'
import { Generate } from './generate-dialog.tsx'
import type { Generated } from './generate-menu.tsx'
import { type Made, SecretDialog } from './secret-dialog.tsx'
import { TokenDetails } from './token-details.tsx'
import { addressOf, useListState } from './use-list-state.ts'
import type { TokenSelection } from './use-selection.ts'
import type { TokenActions } from './use-token-actions.ts'

export interface TokenDialogsProps {
  /** The address of the list, to which the dialogs that have an address return. */
  readonly list: string
  readonly opened: Authorization | undefined
  readonly onOpened: (token: Authorization | undefined) => void
  readonly made: Made | undefined
  readonly onMade: (made: Made | undefined) => void
  readonly bulk: BulkAction | undefined
  readonly onBulk: (action: BulkAction | undefined) => void
  readonly selection: TokenSelection
  readonly actions: TokenActions
  readonly onRemove: (token: Authorization) => Promise<boolean>
  readonly onClone: (token: Authorization) => void
  readonly refusal: string | undefined
}

/** Whatever lies over the list. */
export function TokenDialogs(props: TokenDialogsProps) {
  const { list, opened, onOpened, made, onMade, bulk, onBulk, selection, actions, onRemove, onClone, refusal } = props
  const { user, org } = useWorkspace()
  const [path, navigate] = useLocation()
  const [state] = useListState()
  const place = useMemo(() => ({ orgID: org.id, org: org.name, userID: user.id }), [org.id, org.name, user.id])
  const kind = generatedBy(path, list)
  const toList = () => navigate(addressOf(list, state), { replace: true })
  return (
    <>
      {kind !== undefined && (
        <Generate
          key={kind}
          kind={kind}
          place={place}
          onClose={toList}
          onCreated={created => {
            onMade({ created, by: 'creation' })
            toList()
          }}
        />
      )}
      {opened && (
        <TokenDetails
          key={opened.id}
          listed={opened}
          actions={actions}
          onClose={() => onOpened(undefined)}
          onRemove={onRemove}
          onClone={onClone}
          refusal={refusal}
        />
      )}
      {bulk && (
        <BulkDialog
          action={bulk}
          tokens={[...selection.tokens.values()]}
          onClose={() => onBulk(undefined)}
          onDone={selection.remove}
        />
      )}
      {made && <SecretDialog made={made} onClose={() => onMade(undefined)} />}
    </>
  )
}

/** The dialog that an address names, if it names one. */
function generatedBy(path: string, list: string): Generated | undefined {
  const kinds: readonly Generated[] = ['all-access', 'custom-api']
  return kinds.find(kind => path === `${list}/generate/${kind}`)
}
