import { type Bucket, type NewBucket, useBucketChanges } from '../api/buckets.ts'
import { useDialogAction } from '../app/dialog-action.ts'
import { useWorkspace } from '../app/workspace.tsx'
import { BucketDialog } from './bucket-dialog.tsx'

export function EditBucket({ bucket, onClose }: { readonly bucket: Bucket; readonly onClose: () => void }) {
  const { org } = useWorkspace()
  const { change } = useBucketChanges(org.id)
  const edit = useDialogAction({
    work: (wanted: NewBucket) => change(bucket, wanted),
    success: ({ name }) => `The bucket ${name} was changed.`,
    failure: () => `The bucket ${bucket.name} was not changed.`,
    onDone: onClose,
  })
  return (
    <BucketDialog bucket={bucket} onSubmit={edit.run} onClose={onClose} isBusy={edit.isBusy} failure={edit.failure} />
  )
}
