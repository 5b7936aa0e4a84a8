/** A page to go to, or one of the two places where pages are left out. */
export type PagerEntry = number | 'gap-before' | 'gap-after'

const NEIGHBOURS = 1
const SHOWN_WHOLE = 7

/** The first, the last, and those around the current; never more than seven entries, however many pages there are. */
export function pageNumbers(page: number, pages: number): PagerEntry[] {
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
  if (pages <= SHOWN_WHOLE) return range(1, pages)
  const nearStart = page <= 4
  const nearEnd = page >= pages - 3
  if (nearStart) return [...range(1, 5), 'gap-after', pages]
  if (nearEnd) return [1, 'gap-before', ...range(pages - 4, pages)]
  return [1, 'gap-before', ...range(page - NEIGHBOURS, page + NEIGHBOURS), 'gap-after', pages]
}
