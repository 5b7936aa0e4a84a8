import { ChevronDown, ChevronRight } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'

export interface PickerGroupProps {
  readonly kind: string
  readonly title: string
  /** How many boxes in it are ticked. */
  readonly count: number
  /** What is searched for; groups that match open by themselves, and close again with it. */
  readonly term: string
  readonly hasMatch: boolean
  readonly children: ReactNode
}

/** A part of the boxes that opens and closes; closed at first. */
export function PickerGroup({ kind, title, count, term, hasMatch, children }: PickerGroupProps) {
  const [isOpen, setOpen] = useState(false)
  // Of somebody who closes or opens a group while he searches; it holds for that search.
  const [byHand, setByHand] = useState<{ readonly term: string; readonly isOpen: boolean }>()
  const bodyId = useId()
  const isSearching = term.trim() !== ''
  const isShown = isSearching ? (byHand?.term === term ? byHand.isOpen : hasMatch) : isOpen
  const toggle = () => (isSearching ? setByHand({ term, isOpen: !isShown }) : setOpen(!isShown))
  return (
    <div className="picker-group">
      <h3>
        <button
          type="button"
          className="picker-toggle"
          aria-expanded={isShown}
          aria-controls={isShown ? bodyId : undefined}
          onClick={toggle}
          data-testid={`permission-group-${kind}`}
        >
          {isShown ? <ChevronDown aria-hidden="true" /> : <ChevronRight aria-hidden="true" />}
          {title}
          {count > 0 && <span className="picker-count">{count} ticked</span>}
        </button>
      </h3>
      {isSearching && !hasMatch && <p className="picker-note">Nothing in this group matches the filter.</p>}
      {isShown && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which has to be possible by keys
        <section id={bodyId} className="picker-body" aria-label={title} tabIndex={0}>
          {children}
        </section>
      )}
    </div>
  )
}
