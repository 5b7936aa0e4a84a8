import type { Invocation } from '../invocation.ts'
import { pathPart } from '../path-part.ts'
import { UsageError } from '../usage-error.ts'

/** The id that a command is about; an empty one would address all there are. @throws UsageError */
export function givenId(invocation: Invocation, flag = 'id'): string {
  const id = invocation.text(flag)
  if (!id) throw new UsageError(`Required flag "${flag}" not set`, 'bare')
  // Refused before anything is asked.
  pathPart(id)
  return id
}

/**
 * A text to change something to, or undefined to leave it. Empty on the command line means empty; an empty environment
 * variable means nothing.
 */
export function changeTo(invocation: Invocation, flag: string): string | undefined {
  const text = invocation.text(flag)
  return invocation.given(flag) ? text : text || undefined
}
