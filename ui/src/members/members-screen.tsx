import { Screen } from '../app/screen.tsx'
import { Skeleton } from '../parts/spinner.tsx'

export function MembersScreen() {
  return (
    <Screen place="members">
      <Skeleton label="Loading" />
    </Screen>
  )
}
