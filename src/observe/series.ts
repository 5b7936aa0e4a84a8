import { labelText } from './exposition.ts'

export type Labels<Name extends string> = Readonly<Record<Name, string>>

/** The series of one metric: one state per combination of label values, in the order in which they appeared. */
export interface SeriesSet<Name extends string, State> {
  /** @throws TypeError if a label is missing or is no text */
  at(labels: Labels<Name>): State
  /** With the labels as `labelText` gives them. */
  entries(): Iterable<readonly [labels: string, state: State]>
}

/** Label values come from outside now and then; nobody needs more of one. */
const LONGEST_VALUE_CHARS = 128

/** Longer ones are not kept beside the text that is shown. */
const LONGEST_GIVEN_CHARS = 256

/** Cut, and without the lone surrogates that UTF-8 cannot say: two values must not become one on the way out. */
const normalized = (value: string) => value.slice(0, LONGEST_VALUE_CHARS).replace(/\p{Cs}/gu, '\ufffd')

/**
 * Keeps the memory of a metric bounded whatever its labels are: beyond `maxSeries`, whatever is new is counted in one more
 * series whose labels all say `other`.
 *
 * @param onOverflow called for each use of that series
 */
export function createSeries<Name extends string, State>(
  metric: string,
  names: readonly Name[],
  maxSeries: number,
  create: () => State,
  onOverflow: () => void,
): SeriesSet<Name, State> {
  const states = new Map<string, State>()
  /** The same by the values as they are given, each with its length before it, so that two never look alike. */
  const byGiven = new Map<string, State>()
  const other = labelText(
    names,
    names.map(() => 'other'),
  )
  const stateAt = (key: string): State => {
    const state = states.get(key) ?? create()
    states.set(key, state)
    return state
  }
  // So that a counter without labels is there, as 0, before anything happened.
  if (names.length === 0) stateAt('')
  const find = (labels: Labels<Name>): State => {
    const key = labelText(
      names,
      names.map(name => normalized(labels[name])),
    )
    if (states.has(key) || key === other) return stateAt(key)
    if (states.size - (states.has(other) ? 1 : 0) < maxSeries) return stateAt(key)
    onOverflow()
    return stateAt(other)
  }
  return {
    at(labels) {
      let given = ''
      for (const name of names) {
        const value: unknown = labels[name]
        if (typeof value !== 'string') throw new TypeError(`label ${name} of ${metric} must be a text`)
        given += `${value.length}:${value}`
      }
      const known = byGiven.get(given)
      if (known !== undefined) return known
      const state = find(labels)
      // Each use of the one series for all that is too many is told.
      const isKept = state !== states.get(other) && byGiven.size < maxSeries && given.length < LONGEST_GIVEN_CHARS
      if (isKept) byGiven.set(given, state)
      return state
    },
    entries: () => states.entries(),
  }
}
