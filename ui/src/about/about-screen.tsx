import { Screen } from '../app/screen.tsx'
import { Skeleton } from '../parts/spinner.tsx'

export function AboutScreen() {
  return (
    <Screen place="about">
      <Skeleton label="Loading" />
    </Screen>
  )
}
