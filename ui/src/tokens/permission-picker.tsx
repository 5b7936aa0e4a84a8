import { useState } from 'react'
import { TextField } from '../parts/field.tsx'
import type { ResourceType } from './authorization.ts'
import { BucketGroup } from './bucket-group.tsx'
import { OtherGroup } from './other-group.tsx'
import { offered, type Place } from './permission-list.ts'
import './permission-picker.css'
import type { PickerProps } from './picker-props.ts'
import { tickedBut } from './selection.ts'
import { TelegrafGroup } from './telegraf-group.tsx'
import { matches } from './text-match.ts'
import { typeLabel } from './type-label.ts'

/** The boxes of a custom token, in three groups. Page contract 12.1 to 12.3. */
export function PermissionPicker({ types, ...picker }: PickerProps & { readonly types: readonly ResourceType[] }) {
  const [term, setTerm] = useState('')
  const known = offered(types)
  const others = known.filter(type => type !== 'buckets' && type !== 'telegrafs')
  const hidden = term.trim() === '' ? 0 : tickedBut(picker.selection, line => isShown(line, term, picker.place))
  return (
    <section className="picker" aria-label="Permissions">
      <TextField
        label="Filter permissions"
        type="search"
        value={term}
        onChange={setTerm}
        placeholder="Name of a bucket or a resource"
        // Enter would generate the token.
        onKeyDown={event => event.key === 'Enter' && event.preventDefault()}
        testId="permission-filter"
      />
      <p className="picker-hidden" role="status">
        {hidden > 0 && `${hidden} ticked ${hidden === 1 ? 'box is' : 'boxes are'} hidden by the filter.`}
      </p>
      <div className="picker-table">
        <div className="picker-heading" aria-hidden="true">
          <span>Resources</span>
          <span>Read</span>
          <span>Write</span>
        </div>
        {known.includes('buckets') && <BucketGroup {...picker} term={term} />}
        {known.includes('telegrafs') && <TelegrafGroup {...picker} term={term} />}
        <OtherGroup {...picker} types={others} term={term} />
      </div>
    </section>
  )
}

/** What covers all buckets or all Telegrafs is always shown. */
function isShown(line: { readonly type: ResourceType; readonly name?: string }, term: string, place: Place): boolean {
  if (line.name !== undefined) return matches(line.name, term)
  return line.type === 'buckets' || line.type === 'telegrafs' || matches(typeLabel(line.type, place), term)
}
