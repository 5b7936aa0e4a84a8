import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { reasonOf } from '../api/failure.ts'
import { fetchResources } from '../api/resources.ts'
import { notify } from '../parts/notifications.ts'
import { AllAccessDialog } from './all-access-dialog.tsx'
import type { ResourceType } from './authorization.ts'
import { CustomDialog } from './custom-dialog.tsx'
import type { GenerateDialogProps, Generated } from './generation.ts'
import { useIsHere } from './use-is-here.ts'

export interface GenerateProps extends Omit<GenerateDialogProps, 'types'> {
  readonly kind: Generated
}

const NAMES: Record<Generated, string> = { 'all-access': 'an all access API token', 'custom-api': 'a custom API token' }

/**
 * The dialog that generates a token. It opens once the server has said which types there are, whichever way somebody came;
 * if it cannot say, a notification does, and nothing opens. Page contract 10.
 */
export function Generate({ kind, place, onClose, onCreated }: GenerateProps) {
  const isHere = useIsHere()
  const client = useQueryClient()
  const [types, setTypes] = useState<readonly ResourceType[]>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for each way in
  useEffect(() => {
    let isWanted = true
    fetchResources(client).then(
      found => isWanted && setTypes(found),
      cause => {
        if (!isWanted) return
        notify.error(`The resources needed for ${NAMES[kind]} could not be fetched. ${reasonOf(cause)}`)
        onClose()
      },
    )
    return () => {
      isWanted = false
    }
  }, [kind])
  if (types === undefined) return null
  const Chosen = kind === 'all-access' ? AllAccessDialog : CustomDialog
  const created: GenerateDialogProps['onCreated'] = token => {
    onCreated(token)
    // Closed before the answer came, another dialog may be open by now.
    if (isHere.current) onClose()
  }
  return <Chosen types={types} place={place} onClose={onClose} onCreated={created} />
}
