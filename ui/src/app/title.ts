import { useEffect } from 'react'

/** Names the document after what it shows; the narrowest first, as tabs of browsers show only the beginning. */
export function useTitle(...parts: readonly string[]): void {
  const title = [...parts, 'Sluice'].join(' | ')
  useEffect(() => {
    document.title = title
  }, [title])
}
