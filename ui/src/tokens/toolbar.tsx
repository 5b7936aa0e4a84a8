import { ArrowUpDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '../parts/button.tsx'
import { Checkbox } from '../parts/checkbox.tsx'
import { Select } from '../parts/field.tsx'
import { Menu, MenuChoices } from '../parts/menu.tsx'
import { type ListState, narrowed, SORTS, type Sort, sortLabel } from './list-state.ts'
import { SearchBox } from './search-box.tsx'
import './toolbar.css'

export interface ToolbarProps {
  readonly state: ListState
  readonly onState: (state: ListState) => void
  /** The box that selects the page; left out where there is nothing to select. */
  readonly pageBox?: { readonly checked: boolean | 'mixed'; readonly onChange: () => void } | undefined
  /** Takes the place of search, filter and sort while something is selected. */
  readonly bulk?: ReactNode
  /** What stands at the far right. */
  readonly children: ReactNode
}

/** The row above the list. */
export function Toolbar({ state, onState, pageBox, bulk, children }: ToolbarProps) {
  return (
    <div className="tokens-toolbar">
      {pageBox && (
        <Checkbox
          label="Select page"
          checked={pageBox.checked}
          onChange={pageBox.onChange}
          testId="token-select-page"
        />
      )}
      {bulk || <Filters state={state} onState={onState} />}
      <div className="tokens-toolbar-end">{children}</div>
    </div>
  )
}

function Filters({ state, onState }: Pick<ToolbarProps, 'state' | 'onState'>) {
  return (
    <>
      <SearchBox
        label="Search tokens"
        placeholder="Filter tokens by name, owner, bucket, ID…"
        value={state.searchTerm}
        onSearch={searchTerm => onState(narrowed(state, { searchTerm }))}
        testId="tokens-search"
      />
      <Select
        label="Status"
        isLabelHidden
        value={state.status}
        onChange={status => onState(narrowed(state, { status }))}
        choices={[
          { value: 'all', label: 'Any status' },
          { value: 'active', label: 'Active' },
          { value: 'inactive', label: 'Inactive' },
        ]}
        testId="tokens-status"
      />
      <SortMenu sort={state.sort} onSort={sort => onState(narrowed(state, { sort }))} />
    </>
  )
}

const sortValue = ({ key, direction }: Sort) => `${key}-${direction}`

function SortMenu({ sort, onSort }: { readonly sort: Sort; readonly onSort: (sort: Sort) => void }) {
  return (
    <Menu
      trigger={
        <Button icon={<ArrowUpDown />} testId="tokens-sort">
          <span className="sort-words">Sort by {sortLabel(sort)}</span>
        </Button>
      }
    >
      <MenuChoices
        label="Sort by"
        value={sortValue(sort)}
        onChange={value => {
          const chosen = SORTS.find(one => sortValue(one) === value)
          if (chosen) onSort({ key: chosen.key, direction: chosen.direction })
        }}
        choices={SORTS.map(one => ({
          value: sortValue(one),
          label: one.label,
          testId: `tokens-sort-${sortValue(one)}`,
        }))}
      />
    </Menu>
  )
}
