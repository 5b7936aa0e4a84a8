import type { Bucket } from '../api/buckets.ts'
import { BucketRow } from './bucket-row.tsx'
import './bucket-table.css'

export interface BucketTableProps {
  readonly buckets: readonly Bucket[]
  readonly onEdit: (bucket: Bucket) => void
  readonly onDelete: (bucket: Bucket) => void
  readonly isDeleting: boolean
  readonly mayChange: (bucket: Bucket) => boolean
}

export function BucketTable({ buckets, onEdit, onDelete, isDeleting, mayChange }: BucketTableProps) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Kept for</th>
          <th scope="col">Created</th>
          <th scope="col">ID</th>
          <th scope="col" className="table-actions">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {buckets.map(bucket => (
          <BucketRow
            key={bucket.id}
            bucket={bucket}
            onEdit={() => onEdit(bucket)}
            onDelete={() => onDelete(bucket)}
            isDeleting={isDeleting}
            mayChange={mayChange(bucket)}
          />
        ))}
      </tbody>
    </table>
  )
}
