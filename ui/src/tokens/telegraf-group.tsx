import { PickerGroup } from './picker-group.tsx'
import { PickerLine } from './picker-line.tsx'
import type { PickerProps } from './picker-props.ts'
import { setWide, tickedBut, wideCheck } from './selection.ts'
import { matches } from './text-match.ts'

/** All Telegraf configurations. Single ones are not kept here, so that none can be offered. */
export function TelegrafGroup({
  selection,
  onSelection,
  term,
}: Omit<PickerProps, 'place'> & { readonly term: string }) {
  return (
    <PickerGroup
      kind="telegrafs"
      title="Telegrafs"
      count={tickedBut(selection, ({ type }) => type !== 'telegrafs')}
      term={term}
      hasMatch={matches('All Telegrafs', term)}
    >
      <PickerLine
        label="All Telegrafs"
        hook="telegrafs"
        term={term}
        isStrong
        checkOf={action => wideCheck(selection, action, 'telegrafs')}
        onCheck={(action, on) => onSelection(setWide(selection, action, 'telegrafs', on))}
      />
      <p className="picker-note">Sluice keeps no Telegraf configurations, so that single ones cannot be chosen here.</p>
    </PickerGroup>
  )
}
