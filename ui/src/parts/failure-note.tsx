import { reasonOf } from '../api/failure.ts'
import { Callout } from './callout.tsx'

/** In a dialog: why what was asked for did not happen. Nothing if it was not tried, or worked. */
export function FailureNote({ failure }: { readonly failure: unknown }) {
  if (failure === undefined) return null
  return (
    <Callout kind="danger" isUrgent>
      {reasonOf(failure)}
    </Callout>
  )
}
