import { useState } from 'react'
import { type Bucket, type NewBucket, retentionSeconds } from '../api/buckets.ts'
import { Callout } from '../parts/callout.tsx'
import { FailureNote } from '../parts/failure-note.tsx'
import { TextField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { isShorter, retentionWords } from './retention.ts'
import { RetentionField } from './retention-field.tsx'

export interface BucketDialogProps {
  /** The bucket to change; undefined for a new one. */
  readonly bucket?: Bucket
  readonly onSubmit: (wanted: NewBucket) => void
  readonly onClose: () => void
  readonly isBusy: boolean
  readonly failure: unknown
}

/** A new bucket, or another name and retention for one. Says what the change does to those who use it. */
export function BucketDialog({ bucket, onSubmit, onClose, isBusy, failure }: BucketDialogProps) {
  const before = bucket === undefined ? 0 : retentionSeconds(bucket)
  const [name, setName] = useState(bucket?.name ?? '')
  const [everySeconds, setEverySeconds] = useState<number | undefined>(before)
  const [isTried, setTried] = useState(false)
  const wanted = name.trim()
  const fault = nameFault(wanted)
  const isUnchanged = bucket !== undefined && wanted === bucket.name && everySeconds === before
  const submit = () => {
    setTried(true)
    if (fault !== undefined || everySeconds === undefined) return
    if (isUnchanged) onClose()
    else onSubmit({ name: wanted, everySeconds })
  }
  return (
    <FormDialog
      title={bucket === undefined ? 'Create bucket' : `Edit bucket ${bucket.name}`}
      width="small"
      onClose={onClose}
      onSubmit={submit}
      action={bucket === undefined ? 'Create' : 'Save'}
      isBusy={isBusy}
      isReady={!isUnchanged}
      testId="bucket-save"
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        error={isTried ? fault : undefined}
        data-autofocus
        testId="bucket-name"
      />
      <RetentionField initialSeconds={before} onChange={setEverySeconds} />
      {bucket !== undefined && wanted !== bucket.name && fault === undefined && (
        <Callout kind="warning">
          Clients that name this bucket <strong>{bucket.name}</strong> are refused until they use the new name. Tokens
          keep working: they know the bucket by its ID.
        </Callout>
      )}
      {bucket !== undefined && everySeconds !== undefined && isShorter(before, everySeconds) && (
        <Callout kind="warning">
          Data older than {retentionWords(everySeconds).toLowerCase()} may be deleted for good once this is saved.
        </Callout>
      )}
      <FailureNote failure={failure} />
    </FormDialog>
  )
}

function nameFault(name: string): string | undefined {
  if (name === '') return 'Give the bucket a name, such as sensors.'
  return name.startsWith('_') ? 'Names that begin with an underscore are kept for the system.' : undefined
}
