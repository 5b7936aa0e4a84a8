import { useEffect } from 'react'

/** While it matters, the browser asks before the page is left or loaded anew. */
export function useLeaveWarning(matters: boolean): void {
  useEffect(() => {
    if (!matters) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [matters])
}
