import type { Mistake } from './mistake.ts'
import type { Parsed } from './parsed.ts'
import { SETTING_KEYS, type SettingKey, settingOf, type Values, variableOf } from './settings.ts'
import type { Source, Statement } from './statement.ts'

/** What all sources together come to. */
export interface Settled {
  readonly values: Values
  /** Where each value was given, even if it was refused; defaults have no place. */
  readonly places: ReadonlyMap<SettingKey, string>
  readonly mistakes: readonly Mistake[]
}

/**
 * Parses every statement, those that another one overrides too, and takes for each setting the first source's, else the
 * default. The values are complete only if there are no mistakes.
 *
 * @param sources those that count most first
 */
export function settle(sources: readonly Source[]): Settled {
  const values: Partial<Record<SettingKey, unknown>> = {}
  const places = new Map<SettingKey, string>()
  const mistakes: Mistake[] = []
  for (const source of sources) {
    mistakes.push(...source.mistakes)
    for (const statement of source.statements) {
      const { key, where } = statement
      const parsed = parseStatement(statement)
      if ('refused' in parsed) mistakes.push({ where, message: `${key} ${parsed.refused}` })
      if (places.has(key)) continue
      places.set(key, where)
      if ('value' in parsed) values[key] = parsed.value
    }
  }
  for (const key of SETTING_KEYS) {
    const { default: text, kind } = settingOf(key)
    if (text === undefined || places.has(key)) continue
    const parsed = kind.parse(text, '/')
    if ('value' in parsed) values[key] = parsed.value
  }
  return { values: values as Values, places, mistakes }
}

function parseStatement({ key, text, baseDir }: Statement): Parsed<unknown> {
  const { kind } = settingOf(key)
  // Not "as if it were not there": a variable left empty by a script must not start a server without TLS.
  if (text === '' && kind.tomlType !== 'an array of strings') {
    return { refused: 'is empty; give it a value or leave it out' }
  }
  return kind.parse(text, baseDir)
}

const INIT_NEEDS = ['init.username', 'init.org', 'init.bucket'] as const
const INIT_SECRETS = ['init.password_file', 'init.token_file'] as const

/** What is wrong not with one setting but with several together. */
export function jointMistakes(places: ReadonlyMap<SettingKey, string>): Mistake[] {
  const mistakes: Mistake[] = []
  const demand = (given: SettingKey, missing: SettingKey) => {
    const where = places.get(given)
    if (where !== undefined && !places.has(missing)) {
      mistakes.push({ where, message: `${given} needs ${missing} beside it` })
    }
  }
  demand('tls.cert', 'tls.key')
  demand('tls.key', 'tls.cert')

  const first = [...INIT_NEEDS, ...INIT_SECRETS].find(key => places.has(key))
  if (first === undefined) return mistakes
  const where = variableOf(first)
  const missing = INIT_NEEDS.filter(key => !places.has(key)).map(variableOf)
  if (missing.length > 0) mistakes.push({ where, message: `needs ${missing.join(' and ')} beside it` })
  if (!INIT_SECRETS.some(key => places.has(key))) {
    const files = INIT_SECRETS.map(variableOf).join(' or ')
    mistakes.push({ where, message: `needs ${files} beside it, or nobody could get in after the first start` })
  }
  return mistakes
}
