import { LoadDataScreen } from '../app/screen.tsx'
import { Skeleton } from '../parts/spinner.tsx'

/** Load Data > Buckets. */
export function BucketsScreen() {
  return (
    <LoadDataScreen place="buckets">
      <Skeleton label="Loading buckets" />
    </LoadDataScreen>
  )
}
