import { Check, ChevronDown, ChevronRight, Minus } from 'lucide-react'
import { useId, useState } from 'react'
import { TextField } from '../parts/field.tsx'
import { ACTIONS, type Authorization } from './authorization.ts'
import { Marked } from './marked.tsx'
import { OnlyMeasurements } from './only-measurements.tsx'
import { filtered, type GroupLine, type PermissionGroup, permissionGroups } from './permission-groups.ts'
import './permission-table.css'

/** Everything a token may do, in groups that can be closed. Page contract 9. */
export function PermissionTable({ token }: { readonly token: Authorization }) {
  const [term, setTerm] = useState('')
  return (
    <section className="permissions" aria-label="Permissions">
      <TextField
        label="Filter permissions"
        type="search"
        value={term}
        onChange={setTerm}
        placeholder="Name of a bucket or a resource"
        // Enter would save the description.
        onKeyDown={event => event.key === 'Enter' && event.preventDefault()}
        testId="permission-filter"
      />
      <table className="permission-table">
        <thead>
          <tr>
            <th scope="col">Resource</th>
            <th scope="col">Read</th>
            <th scope="col">Write</th>
          </tr>
        </thead>
        {permissionGroups(token).map(group => (
          <Group key={group.kind} group={group} term={term} />
        ))}
      </table>
    </section>
  )
}

function Group({ group, term }: { readonly group: PermissionGroup; readonly term: string }) {
  const [isOpen, setOpen] = useState(true)
  const bodyId = useId()
  const lines = filtered(group, term)
  // A match that cannot be seen is none.
  const isShown = isOpen || (term.trim() !== '' && lines.length > 0)
  return (
    <tbody id={bodyId}>
      <tr className="permission-group">
        <th colSpan={3} scope="rowgroup">
          <button
            type="button"
            aria-expanded={isShown}
            aria-controls={bodyId}
            onClick={() => setOpen(!isShown)}
            data-testid={`permission-group-${group.kind}`}
          >
            {isShown ? <ChevronDown aria-hidden="true" /> : <ChevronRight aria-hidden="true" />}
            {group.title}
            <span className="permission-count">{group.lines.length}</span>
          </button>
        </th>
      </tr>
      {isShown && lines.map(line => <Line key={line.key} line={line} term={term} />)}
      {isShown && lines.length === 0 && (
        <tr>
          <td colSpan={3} className="permission-none">
            Nothing in this group matches the filter.
          </td>
        </tr>
      )}
    </tbody>
  )
}

function Line({ line, term }: { readonly line: GroupLine; readonly term: string }) {
  const { id, label, naming, actions, measurements } = line
  return (
    <tr>
      <th scope="row">
        <Marked text={naming === 'deleted' ? 'Deleted' : label} term={term} />
        {naming === 'deleted' && <span className="permission-note"> {line.type}</span>}
        {id !== undefined && <code className="permission-id">{id}</code>}
        {measurements.length > 0 && (
          <div>
            <OnlyMeasurements names={measurements} term={term} />
          </div>
        )}
      </th>
      {ACTIONS.map(action => (
        <td key={action}>
          {actions.has(action) ? (
            <span className="permission-yes">
              <Check aria-hidden="true" />
              <span className="visually-hidden">yes</span>
            </span>
          ) : (
            <span className="permission-no">
              <Minus aria-hidden="true" />
              <span className="visually-hidden">no</span>
            </span>
          )}
        </td>
      ))}
    </tr>
  )
}
