import type { CreatedAuthorization, ResourceType } from './authorization.ts'
import type { Place } from './permission-list.ts'

/** What kind of token is being generated; also the end of the dialog's address. */
export type Generated = 'all-access' | 'custom-api'

export const GENERATED: readonly Generated[] = ['all-access', 'custom-api']

/** What each of the dialogs that generate a token needs. */
export interface GenerateDialogProps {
  /** As the server listed them a moment ago. */
  readonly types: readonly ResourceType[]
  readonly place: Place
  readonly onClose: () => void
  readonly onCreated: (created: CreatedAuthorization) => void
}
