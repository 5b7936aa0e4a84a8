import { type RefObject, useEffect, useRef } from 'react'

/** Whether a component is still shown, for what comes back after it may have gone. */
export function useIsHere(): RefObject<boolean> {
  const isHere = useRef(true)
  useEffect(() => {
    isHere.current = true
    return () => {
      isHere.current = false
    }
  }, [])
  return isHere
}
