import { ChevronLeft, ChevronRight } from 'lucide-react'
import { IconButton } from './button.tsx'
import { Select } from './field.tsx'
import { pageNumbers } from './page-numbers.ts'
import './pager.css'

export interface PagerProps {
  /** Counted from 1. */
  readonly page: number
  readonly pageSize: number
  readonly total: number
  readonly onPage: (page: number) => void
  readonly onPageSize?: (size: number) => void
  readonly pageSizes?: readonly number[]
  /** What is counted, singular and plural. */
  readonly nouns: readonly [one: string, many: string]
  readonly testId?: string | undefined
}

/** Which part of a list is shown, and the way to the others. */
export function Pager({ page, pageSize, total, onPage, onPageSize, pageSizes, nouns, testId }: PagerProps) {
  const pages = Math.max(1, Math.ceil(total / pageSize))
  const noun = total === 1 ? nouns[0] : nouns[1]
  return (
    <nav className="pager" aria-label="Pages" data-testid={testId}>
      <p className="pager-range" role="status">
        {pages === 1 ? '' : `${rangeWords(page, pageSize, total)} of `}
        {total === 0 ? 'No' : total.toLocaleString('en')} {noun}
      </p>
      {onPageSize !== undefined && pageSizes !== undefined && (
        <Select
          label="Rows per page"
          isLabelHidden
          value={String(pageSize)}
          onChange={size => onPageSize(Number(size))}
          choices={pageSizes.map(size => ({ value: String(size), label: `${size} per page` }))}
        />
      )}
      {pages > 1 && (
        <div className="pager-pages">
          <IconButton
            label="Previous page"
            icon={<ChevronLeft />}
            disabled={page <= 1}
            onClick={() => onPage(page - 1)}
          />
          {pageNumbers(page, pages).map(entry =>
            typeof entry === 'number' ? (
              <button
                key={entry}
                type="button"
                className="pager-page"
                aria-label={`Page ${entry}`}
                aria-current={entry === page ? 'page' : undefined}
                onClick={() => onPage(entry)}
              >
                {entry}
              </button>
            ) : (
              <span key={entry} className="pager-gap" aria-hidden="true">
                …
              </span>
            ),
          )}
          <IconButton
            label="Next page"
            icon={<ChevronRight />}
            disabled={page >= pages}
            onClick={() => onPage(page + 1)}
          />
        </div>
      )}
    </nav>
  )
}

function rangeWords(page: number, pageSize: number, total: number): string {
  return `${(page - 1) * pageSize + 1}–${Math.min(total, page * pageSize)}`
}
