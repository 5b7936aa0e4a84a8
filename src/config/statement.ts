import { type Mistake, quote } from './mistake.ts'
import { isSettingKey, optionOf, SETTING_KEYS, type SettingKey, settingOf, variableOf } from './settings.ts'
import { suggest } from './suggestion.ts'
import { SECRET_VARIABLE, type UpstreamStatement } from './upstream.ts'

/** That somebody gave a setting a value somewhere. The value is still text, and may be wrong. */
export interface Statement {
  readonly key: SettingKey
  readonly text: string
  /** The flag, the variable, or file and line. */
  readonly where: string
  /** Where relative paths start; absolute. */
  readonly baseDir: string
}

/** What one source says: flags, environment or file. */
export interface Source {
  readonly statements: readonly Statement[]
  /** The tables of upstreams, which only a file has. */
  readonly upstreams?: readonly UpstreamStatement[]
  readonly mistakes: readonly Mistake[]
}

export type Flags = Readonly<Record<string, string | undefined>>
export type Environment = Readonly<Record<string, string | undefined>>

/** Reads flags as commander hands them over, by camel-case name. Names that are no setting belong to the command. */
export function readFlags(flags: Flags, workDir: string): Source {
  const statements = SETTING_KEYS.flatMap(key => {
    const { flag } = settingOf(key)
    const text = flag === undefined ? undefined : flags[optionOf(flag)]
    return flag === undefined || text === undefined ? [] : [{ key, text, where: flag, baseDir: workDir }]
  })
  return { statements, mistakes: [] }
}

const KEY_OF_VARIABLE = new Map(SETTING_KEYS.map(key => [variableOf(key), key]))

/**
 * Kubernetes gives every container variables for each service of its namespace; one that is called `sluice` must not keep
 * us from starting. Its plain `SLUICE_PORT` is told from a guess at our own settings by its value.
 */
function isServiceLink(variable: string, text: string): boolean {
  if (/_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/.test(variable)) return true
  return variable.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text)
}

/** Reads every variable whose name begins with `SLUICE_`; one that is not known is a mistake. Secrets of upstreams are read with them. */
export function readEnvironment(env: Environment, workDir: string): Source {
  const statements: Statement[] = []
  const mistakes: Mistake[] = []
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith('SLUICE_') || text === undefined) continue
    const key = KEY_OF_VARIABLE.get(variable)
    if (key !== undefined) statements.push({ key, text, where: variable, baseDir: workDir })
    else if (!isServiceLink(variable, text) && !SECRET_VARIABLE.test(variable)) mistakes.push(unknownVariable(variable))
  }
  return { statements, mistakes }
}

// The value is not shown: what somebody put into SLUICE_INIT_PASSWORD is a password.
function unknownVariable(variable: string): Mistake {
  const nearest = suggest(variable.slice('SLUICE_'.length), SETTING_KEYS)
  const hint = nearest !== undefined && isSettingKey(nearest) ? `; did you mean ${variableOf(nearest)}?` : ''
  const where = /^\w{1,80}$/.test(variable) ? variable : quote(variable)
  return { where, message: `is no variable that Sluice knows${hint}` }
}
