import { reasonOf } from '../api/failure.ts'
import { Button } from '../parts/button.tsx'
import { Spinner } from '../parts/spinner.tsx'
import { ACTIONS } from './authorization.ts'
import { type BucketChoices, useBucketChoices } from './bucket-choices.ts'
import { BucketLine } from './bucket-line.tsx'
import { PickerGroup } from './picker-group.tsx'
import { PickerLine } from './picker-line.tsx'
import type { PickerProps } from './picker-props.ts'
import { coversAll, isWide, setWide, tickedBut, wideCheck } from './selection.ts'
import { matches } from './text-match.ts'

/** More lines than anybody looks through; a filter finds the others. */
const MOST_LINES = 200

/** All buckets, or single ones. */
export function BucketGroup({ selection, onSelection, place, term }: PickerProps & { readonly term: string }) {
  const choices = useBucketChoices(place.orgID, term.trim() !== '')
  const found = choices.items.filter(({ name }) => matches(name, term))
  return (
    <PickerGroup
      kind="buckets"
      title="Buckets"
      count={tickedBut(selection, ({ type }) => type !== 'buckets')}
      term={term}
      hasMatch={found.length > 0}
    >
      <PickerLine
        label="All Buckets"
        hook="buckets"
        term=""
        isStrong
        checkOf={action => wideCheck(selection, action, 'buckets')}
        onCheck={(action, on) => onSelection(setWide(selection, action, 'buckets', on))}
      />
      <p className="picker-note">
        “All Buckets” also covers buckets that are created later. Ticking each one does not.
      </p>
      {coversAll(selection, 'buckets') ? null : (
        <>
          <h4>Individual buckets</h4>
          {ACTIONS.filter(action => isWide(selection, action, 'buckets')).map(action => (
            <p key={action} className="picker-note">
              “All Buckets” covers {action === 'read' ? 'reading' : 'writing'} each of them.
            </p>
          ))}
          {found.slice(0, MOST_LINES).map(item => (
            <BucketLine key={item.id} item={item} selection={selection} onSelection={onSelection} term={term} />
          ))}
          <BucketsState choices={choices} found={found.length} term={term} />
        </>
      )}
    </PickerGroup>
  )
}

/** What stands below the buckets: that they are loading, that there are none, why they did not come, or that there are more. */
function BucketsState({ choices, found, term }: { choices: BucketChoices; found: number; term: string }) {
  const { status, error, hasMore, isFetching, more, retry, items } = choices
  if (status === 'pending' || (isFetching && term.trim() !== '')) {
    return (
      <p className="picker-note" role="status">
        <Spinner /> Loading buckets…
      </p>
    )
  }
  if (status === 'error') {
    return (
      <div className="picker-note" role="alert">
        The buckets could not be loaded. {reasonOf(error)}{' '}
        <Button size="small" onClick={retry}>
          Try again
        </Button>
      </div>
    )
  }
  if (items.length === 0) return <p className="picker-note">There are no buckets in this organization yet.</p>
  if (found > MOST_LINES) {
    return <p className="picker-note">{found - MOST_LINES} more buckets are not shown. Filter by name to find them.</p>
  }
  if (!hasMore || term.trim() !== '') return null
  return (
    <p className="picker-note">
      <Button size="small" busy={isFetching} onClick={more} testId="buckets-more">
        Show more buckets
      </Button>
    </p>
  )
}
