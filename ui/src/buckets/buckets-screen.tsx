import { Database, Plus } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../api/action.ts'
import { BUCKETS_PER_PAGE, type Bucket, useBucketChanges, useBucketPage } from '../api/buckets.ts'
import { reasonOf } from '../api/failure.ts'
import { useRights } from '../api/rights.ts'
import { usePageNumber } from '../app/page-number.ts'
import { LoadDataScreen } from '../app/screen.tsx'
import { useWorkspace } from '../app/workspace.tsx'
import { Button } from '../parts/button.tsx'
import { focusLater } from '../parts/focus-later.ts'
import { notify } from '../parts/notifications.ts'
import { Skeleton } from '../parts/spinner.tsx'
import { LoadFailure, State } from '../parts/state.tsx'
import { Stepper } from '../parts/stepper.tsx'
import { BucketTable } from './bucket-table.tsx'
import { CreateBucket } from './create-bucket.tsx'
import { EditBucket } from './edit-bucket.tsx'

/** Load Data > Buckets. */
export function BucketsScreen() {
  const { org, user } = useWorkspace()
  const may = useRights(user.id)
  const mayCreate = may({ action: 'write', resource: { type: 'buckets', orgID: org.id } })
  const [page, setPage] = usePageNumber()
  const list = useBucketPage(org.id, page)
  const remove = useAction(useBucketChanges(org.id).remove, (failure, { name }) =>
    notify.error(`The bucket ${name} was not deleted. ${reasonOf(failure)}`),
  )
  const [edited, setEdited] = useState<Bucket | 'new'>()
  const close = () => setEdited(undefined)

  const drop = async (bucket: Bucket) => {
    const shown = list.data?.buckets ?? []
    const next = shown[shown.indexOf(bucket) + 1]
    if ((await remove.run(bucket)) === undefined) return
    notify.success(`The bucket ${bucket.name} was deleted.`)
    focusLater(next === undefined ? 'bucket-create' : `bucket-delete-${next.id}`, 'bucket-create')
  }
  return (
    <LoadDataScreen place="buckets">
      <div className="toolbar">
        <p className="toolbar-words">
          {mayCreate
            ? 'A bucket is where data is kept, and for how long. Tokens say who may write and read it.'
            : `You may see these buckets. To create or change one, ask an owner of ${org.name}.`}
        </p>
        {mayCreate && (
          <Button variant="primary" icon={<Plus />} onClick={() => setEdited('new')} testId="bucket-create">
            Create Bucket
          </Button>
        )}
      </div>
      {list.isPending && <Skeleton label="Loading buckets" />}
      {list.isError && (
        <LoadFailure
          title="The buckets could not be loaded"
          reason={reasonOf(list.error)}
          onRetry={() => void list.refetch()}
        />
      )}
      {list.data && (
        <section className="card" aria-label="Buckets" aria-busy={list.isFetching}>
          {list.data.buckets.length === 0 ? (
            <NoBuckets page={page} onFirst={() => setPage(1)} />
          ) : (
            <BucketTable
              buckets={list.data.buckets}
              onEdit={setEdited}
              onDelete={drop}
              isDeleting={remove.isBusy}
              mayChange={({ id }) => may({ action: 'write', resource: { type: 'buckets', id, orgID: org.id } })}
            />
          )}
          <Stepper
            page={page}
            pageSize={BUCKETS_PER_PAGE}
            count={list.data.buckets.length}
            hasNext={list.data.hasNext}
            onPage={setPage}
            nouns={['bucket', 'buckets']}
          />
        </section>
      )}
      {edited === 'new' && <CreateBucket onClose={close} />}
      {edited !== undefined && edited !== 'new' && <EditBucket bucket={edited} onClose={close} />}
    </LoadDataScreen>
  )
}

function NoBuckets({ page, onFirst }: { readonly page: number; readonly onFirst: () => void }) {
  if (page > 1) {
    return (
      <State
        kind="no-match"
        title="There is nothing on this page any more"
        action={<Button onClick={onFirst}>Go to page 1</Button>}
      />
    )
  }
  return (
    <State kind="empty" title="There are no buckets that you may see" icon={<Database />}>
      <p>Create one, or ask an owner of the organization for the permission to read them.</p>
    </State>
  )
}
