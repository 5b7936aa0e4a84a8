import { Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { type Bucket, retentionSeconds } from '../api/buckets.ts'
import { Badge } from '../parts/badge.tsx'
import { IconButton } from '../parts/button.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { ConfirmPopover } from '../parts/popover.tsx'
import { Timestamp } from '../parts/timestamp.tsx'
import { retentionWords } from './retention.ts'

export interface BucketRowProps {
  readonly bucket: Bucket
  readonly onEdit: () => void
  readonly onDelete: () => void
  readonly isDeleting: boolean
  readonly mayChange: boolean
}

export function BucketRow({ bucket, onEdit, onDelete, isDeleting, mayChange }: BucketRowProps) {
  const { id, name, type, createdAt } = bucket
  return (
    <tr data-testid={`bucket-row-${id}`}>
      <th scope="row">
        <span className="bucket-name">{name}</span>
        {type === 'system' && <Badge>System</Badge>}
      </th>
      <td data-label="Kept for">{retentionWords(retentionSeconds(bucket))}</td>
      <td data-label="Created">
        <Timestamp iso={createdAt} isRelative />
      </td>
      <td data-label="ID">
        <span className="bucket-id">
          <code>{id}</code>
          <CopyButton text={id} label={`Copy the ID of ${name}`} success="The bucket's ID is on the clipboard." />
        </span>
      </td>
      <td className="table-actions">
        {type === 'user' && mayChange && (
          <>
            <IconButton label={`Edit ${name}`} icon={<Pencil />} onClick={onEdit} testId={`bucket-edit-${id}`} />
            <DeleteBucket bucket={bucket} onDelete={onDelete} isDeleting={isDeleting} />
          </>
        )}
      </td>
    </tr>
  )
}

function DeleteBucket({
  bucket: { id, name },
  onDelete,
  isDeleting,
}: Pick<BucketRowProps, 'bucket' | 'onDelete' | 'isDeleting'>) {
  const [isOpen, open] = useState(false)
  return (
    <ConfirmPopover
      open={isOpen}
      onOpenChange={open}
      trigger={<IconButton label={`Delete ${name}`} icon={<Trash2 />} testId={`bucket-delete-${id}`} />}
      question={`Delete the bucket ${name}?`}
      consequence={
        <p>
          Whoever writes to it or reads from it is refused from now on. This cannot be undone: a new bucket of the same
          name gets another ID, which tokens for this one do not open.
        </p>
      }
      confirm="Delete bucket"
      onConfirm={onDelete}
      busy={isDeleting}
      confirmTestId="bucket-delete-confirm"
    />
  )
}
