import { LoadDataScreen } from '../app/screen.tsx'
import { Skeleton } from '../parts/spinner.tsx'

/** Load Data > API Tokens. */
export function TokensScreen() {
  return (
    <LoadDataScreen place="tokens">
      <Skeleton label="Loading API tokens" />
    </LoadDataScreen>
  )
}
