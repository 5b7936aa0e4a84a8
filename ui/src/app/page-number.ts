import { useSearchParams } from 'wouter'

/** The page of a list, counted from 1 and kept in the address without adding to the history. What is no number is page 1. */
export function usePageNumber(): readonly [number, (page: number) => void] {
  const [parameters, setParameters] = useSearchParams()
  const written = parameters.get('page') ?? ''
  const page = /^[1-9]\d{0,6}$/.test(written) ? Number(written) : 1
  const setPage = (next: number) =>
    setParameters(
      before => {
        const after = new URLSearchParams(before)
        if (next === 1) after.delete('page')
        else after.set('page', String(next))
        return after
      },
      { replace: true },
    )
  return [page, setPage]
}
