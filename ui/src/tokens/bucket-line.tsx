import { ACTIONS } from './authorization.ts'
import { MeasurementLimitField } from './measurement-limit-field.tsx'
import { PickerLine } from './picker-line.tsx'
import type { PickerProps } from './picker-props.ts'
import { type Item, isPicked, isWide, limitOn, setLimit, setSingle } from './selection.ts'

export interface BucketLineProps extends Omit<PickerProps, 'place'> {
  readonly item: Item
  readonly term: string
}

/** One bucket with its boxes; once one is ticked, also with what limits it. */
export function BucketLine({ item, selection, onSelection, term }: BucketLineProps) {
  const picked = ACTIONS.filter(action => isPicked(selection, action, item))
  return (
    <>
      <PickerLine
        label={item.name}
        name={`bucket ${item.name}`}
        hook={`buckets-${item.id}`}
        term={term}
        checkOf={action => picked.includes(action)}
        onCheck={(action, on) => onSelection(setSingle(selection, action, item, on))}
        isCovered={action => isWide(selection, action, 'buckets')}
      />
      {picked.length > 0 && (
        <MeasurementLimitField
          bucket={item}
          actions={picked}
          typed={limitOn(selection, item)}
          onType={typed => onSelection(setLimit(selection, item, typed))}
        />
      )}
    </>
  )
}
