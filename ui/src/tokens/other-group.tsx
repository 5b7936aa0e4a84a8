import { collator, type ResourceType } from './authorization.ts'
import { PickerGroup } from './picker-group.tsx'
import { PickerLine } from './picker-line.tsx'
import type { PickerProps } from './picker-props.ts'
import { isWide, setWide, setWides, tickedBut, widesCheck } from './selection.ts'
import { matches } from './text-match.ts'
import { typeLabel } from './type-label.ts'

export interface OtherGroupProps extends PickerProps {
  readonly types: readonly ResourceType[]
  readonly term: string
}

/** All types but buckets and Telegrafs, each as a whole. */
export function OtherGroup({ selection, onSelection, place, types, term }: OtherGroupProps) {
  const lines = types
    .map(type => ({ type, label: typeLabel(type, place) }))
    .toSorted((a, b) => collator.compare(a.label, b.label))
  const found = lines.filter(({ label }) => matches(label, term))
  return (
    <PickerGroup
      kind="other"
      title="Other Resources"
      count={tickedBut(selection, ({ type }) => !types.includes(type))}
      term={term}
      hasMatch={found.length > 0}
    >
      {term.trim() === '' && (
        <PickerLine
          label="All Other Resources"
          hook="other"
          term=""
          isStrong
          checkOf={action => widesCheck(selection, action, types)}
          onCheck={(action, on) => onSelection(setWides(selection, action, types, on))}
        />
      )}
      {found.map(({ type, label }) => (
        <PickerLine
          key={type}
          label={label}
          hook={type}
          term={term}
          checkOf={action => isWide(selection, action, type)}
          onCheck={(action, on) => onSelection(setWide(selection, action, type, on))}
        />
      ))}
    </PickerGroup>
  )
}
