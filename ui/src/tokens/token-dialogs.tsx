import { useEffect, useMemo } from 'react'
import { useLocation } from 'wouter'
import { useWorkspace } from '../app/workspace.tsx'
import { notify } from '../parts/notifications.ts'
import { BulkDialog } from './bulk-dialog.tsx'
import { Generate } from './generate-dialog.tsx'
import { GENERATED } from './generation.ts'
import { SecretDialog } from './secret-dialog.tsx'
import { TokenDetails } from './token-details.tsx'
import { addressOf, useListState } from './use-list-state.ts'
import type { TokenFlows } from './use-token-flows.ts'

export interface TokenDialogsProps {
  /** The address of the list, to which the dialogs that have an address return. */
  readonly list: string
  readonly flows: TokenFlows
  readonly refusal: string | undefined
}

/** Whatever lies over the list. */
export function TokenDialogs({ list, flows, refusal }: TokenDialogsProps) {
  const { actions, selection, opened, close, made, forget, bulk, ask, remove, clone, goOn } = flows
  return (
    <>
      <GenerateByAddress list={list} flows={flows} refusal={refusal} />
      {opened && (
        <TokenDetails
          key={opened.id}
          listed={opened}
          actions={actions}
          onClose={() => close(opened)}
          onRemove={remove}
          onClone={clone}
          refusal={refusal}
        />
      )}
      {bulk && (
        <BulkDialog
          action={bulk}
          tokens={[...selection.tokens.values()]}
          onClose={() => ask(undefined)}
          onDone={ids => {
            selection.remove(ids)
            goOn()
          }}
        />
      )}
      {made && <SecretDialog key={made.created.id} made={made} onClose={forget} />}
    </>
  )
}

/** The dialog that generates a token, while the address names one. */
function GenerateByAddress({ list, flows, refusal }: TokenDialogsProps) {
  const { user, org } = useWorkspace()
  const [path, navigate] = useLocation()
  const [state] = useListState()
  const place = useMemo(() => ({ orgID: org.id, org: org.name, userID: user.id }), [org.id, org.name, user.id])
  const kind = GENERATED.find(one => path === `${list}/generate/${one}`)
  const toList = () => navigate(addressOf(list, state), { replace: true })
  const isRefused = kind !== undefined && refusal !== undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: told once, when it turns out
  useEffect(() => {
    if (!isRefused) return
    notify.error(refusal)
    toList()
  }, [isRefused])
  if (kind === undefined || isRefused) return null
  return (
    <Generate
      key={kind}
      kind={kind}
      place={place}
      onClose={toList}
      onCreated={created => flows.show(created, 'creation')}
    />
  )
}
