import type { Place } from './permission-list.ts'
import type { Selection } from './selection.ts'

/** What each group of boxes needs. */
export interface PickerProps {
  readonly selection: Selection
  readonly onSelection: (selection: Selection) => void
  readonly place: Place
}
