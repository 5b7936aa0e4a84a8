import { readFileSync } from 'node:fs'

/** A request, or a part of one, and what it would touch, as data; `null` says that it must not be decided. */
export interface RequestVector<Input, Expected> {
  /** What the case tries, as a phrase that a test name may end with. */
  readonly name: string
  readonly input: Input
  readonly expected: Expected | null
}

/** The vectors of one parser, by the name of its file in src/parse/. */
export function requestVectors<Input, Expected>(parser: string): readonly RequestVector<Input, Expected>[] {
  return JSON.parse(readFileSync(new URL(`./requests/${parser}.json`, import.meta.url), 'utf8'))
}
