import { type NewBucket, useBucketChanges } from '../api/buckets.ts'
import { useDialogAction } from '../app/dialog-action.ts'
import { useWorkspace } from '../app/workspace.tsx'
import { BucketDialog } from './bucket-dialog.tsx'

export function CreateBucket({ onClose }: { readonly onClose: () => void }) {
  const { org } = useWorkspace()
  const create = useDialogAction({
    work: useBucketChanges(org.id).create,
    success: ({ name }) => `The bucket ${name} was created.`,
    failure: ({ name }: NewBucket) => `The bucket ${name} was not created.`,
    onDone: onClose,
  })
  return <BucketDialog onSubmit={create.run} onClose={onClose} isBusy={create.isBusy} failure={create.failure} />
}
