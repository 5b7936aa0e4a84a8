import { useEffect, useRef } from 'react'
import { type Action, useAction } from '../api/action.ts'
import { reasonOf } from '../api/failure.ts'
import { notify } from '../parts/notifications.ts'

export interface DialogActionOptions<Args extends unknown[], Result> {
  readonly work: (...args: Args) => Promise<Result>
  /** What to say when it is done. */
  readonly success: (result: Result, ...args: Args) => string
  /** What to say if it failed and the dialog, which would have said why, is gone. */
  readonly failure: (...args: Args) => string
  /** Closes the dialog, and goes on from there. Not called if it was closed meanwhile: another may be open by then. */
  readonly onDone: (result: Result) => void
}

/**
 * What a dialog is there to do. It stays open, with everything typed in it, until that is done. Whoever closes it before
 * does not stop what is under way; what came of it is said in a notification.
 */
export function useDialogAction<Args extends unknown[], Result>(
  options: DialogActionOptions<Args, Result>,
): Action<Args, Result> {
  const isOpen = useRef(true)
  useEffect(() => {
    isOpen.current = true
    return () => {
      isOpen.current = false
    }
  }, [])
  const action = useAction(options.work, (failure, ...args) => {
    if (!isOpen.current) notify.error(`${options.failure(...args)} ${reasonOf(failure)}`)
  })
  const run = async (...args: Args) => {
    const done = await action.run(...args)
    if (done === undefined) return undefined
    notify.success(options.success(done.result, ...args))
    if (isOpen.current) options.onDone(done.result)
    return done
  }
  return { ...action, run }
}
