// The families of the corpus, each a data file beside this one.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bodies, encodings } from './bodies.ts'
import type { Case } from './case.ts'
import { credentials } from './credentials.ts'
import { contentTypes, headers } from './headers.ts'
import { parameters } from './parameters.ts'
import { adminPaths, pathForms } from './path-forms.ts'
import { smuggling } from './smuggling.ts'
import { statements } from './statements.ts'

const MAKERS: Readonly<Record<string, () => Case[]>> = {
  'path-forms': pathForms,
  'admin-paths': adminPaths,
  parameters,
  headers,
  credentials,
  'content-types': contentTypes,
  bodies,
  encodings,
  smuggling,
  statements,
}

/** What makes each family. `npx vitest run test/bypass -u` writes the files anew. */
export const GENERATORS: Readonly<Record<string, () => Case[]>> = Object.fromEntries(
  Object.entries(MAKERS).map(([family, generate]) => [family, () => distinct(generate())]),
)

/** Their names. */
export const FAMILIES = Object.keys(GENERATORS)

/** Of short paths, some spellings are the same. */
function distinct(cases: readonly Case[]): Case[] {
  const requests = new Map(cases.map(({ name: _, ...request }, at) => [JSON.stringify(request), at]))
  return [...requests.values()].sort((a, b) => a - b).map(at => cases[at]!)
}

export const fileOf = (family: string) => fileURLToPath(new URL(`${family}.json`, import.meta.url))

/** The cases of a family, as they are written down. @throws Error if the file is not there */
export const readFamily = (family: string): Case[] => JSON.parse(readFileSync(fileOf(family), 'utf8'))
