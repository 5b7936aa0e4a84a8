import { useRef, useState } from 'react'

export interface Action<Args extends unknown[], Result> {
  /** Does it; while it is being done, asking again does nothing. @returns what came of it; undefined if it failed */
  readonly run: (...args: Args) => Promise<{ readonly result: Result } | undefined>
  readonly isBusy: boolean
  /** Why the last attempt failed, until the next one. */
  readonly failure: unknown
}

/**
 * A change that somebody asks for. Not the query library's mutation: that one keeps what it was given and what came of it
 * in its cache, and here these can be passwords and tokens.
 *
 * @param onFailure told of each failure, for those that are not shown in place
 */
export function useAction<Args extends unknown[], Result>(
  work: (...args: Args) => Promise<Result>,
  onFailure?: (failure: unknown, ...args: Args) => void,
): Action<Args, Result> {
  const [state, setState] = useState<{ isBusy: boolean; failure: unknown }>({ isBusy: false, failure: undefined })
  const isRunning = useRef(false)
  const run = async (...args: Args) => {
    if (isRunning.current) return undefined
    isRunning.current = true
    setState({ isBusy: true, failure: undefined })
    try {
      const result = await work(...args)
      setState({ isBusy: false, failure: undefined })
      return { result }
    } catch (failure) {
      setState({ isBusy: false, failure })
      onFailure?.(failure, ...args)
      return undefined
    } finally {
      isRunning.current = false
    }
  }
  return { run, ...state }
}
