import { ChevronLeft, ChevronRight } from 'lucide-react'
import { IconButton } from './button.tsx'
import './pager.css'

export interface StepperProps {
  /** Counted from 1. */
  readonly page: number
  readonly pageSize: number
  /** How many are on this page. */
  readonly count: number
  readonly hasNext: boolean
  readonly onPage: (page: number) => void
  readonly nouns: readonly [one: string, many: string]
}

/** The way through a list whose length nobody told. */
export function Stepper({ page, pageSize, count, hasNext, onPage, nouns }: StepperProps) {
  const first = (page - 1) * pageSize + 1
  const isWhole = page === 1 && !hasNext
  return (
    <nav className="pager" aria-label="Pages">
      <p className="pager-range" role="status">
        {isWhole ? `${count} ${count === 1 ? nouns[0] : nouns[1]}` : `${nouns[1]} ${first}–${first + count - 1}`}
      </p>
      {!isWhole && (
        <div className="pager-pages">
          <IconButton
            label="Previous page"
            icon={<ChevronLeft />}
            disabled={page <= 1}
            onClick={() => onPage(page - 1)}
          />
          <span className="pager-page" aria-current="page">
            {page}
          </span>
          <IconButton label="Next page" icon={<ChevronRight />} disabled={!hasNext} onClick={() => onPage(page + 1)} />
        </div>
      )}
    </nav>
  )
}
