import { isAbsolute, join } from 'node:path'
import type { LogFormat, LogLevel } from '../observe/log.ts'
import type { Listen } from './address.ts'
import { gatewayMistakes, observeUpstreamOf } from './gateway-mode.ts'
import type { PublicUrl } from './kind.ts'
import { type Mistake, quote } from './mistake.ts'
import type { GatewayMode, SettingKey, Values } from './settings.ts'
import { findSettingsFile, type ReadFile } from './settings-file.ts'
import { jointMistakes, settle } from './settled.ts'
import { type Environment, type Flags, readEnvironment, readFlags } from './statement.ts'
import { readUpstreams, type UpstreamConfig } from './upstream.ts'

/** Everything that can be configured, checked, and frozen all the way down. Paths are absolute. */
export interface Config {
  readonly listen: Listen
  readonly dataDir: string
  readonly publicUrl: PublicUrl | undefined
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
  readonly log: { readonly level: LogLevel; readonly format: LogFormat }
  readonly metrics: { readonly enabled: boolean }
  readonly sessions: { readonly lengthMinutes: number }
  readonly forwardAuth: ForwardAuthConfig
  /** Whether running requests end with what they were allowed by. */
  readonly revoke: { readonly cutStreams: boolean }
  readonly limits: { readonly maxBodyBytes: number; readonly shutdownSeconds: number }
  readonly gateway: {
    readonly mode: GatewayMode
    /** The upstream, by name, that gets what is passed on in the mode `observe` and no bucket decides. */
    readonly observeUpstream: string | undefined
  }
  /** The InfluxDBs behind the gateway; none means that the data paths answer verdicts only. */
  readonly upstreams: readonly UpstreamConfig[]
  /** How to set up unattended at the first start; undefined if nobody asked for that. */
  readonly init: InitConfig | undefined
  /** The file that was read; undefined if there was none. */
  readonly configFile: string | undefined
}

export interface ForwardAuthConfig {
  /** IP addresses and CIDR blocks, for `addressMatcher`. Empty means that forward-auth is off. */
  readonly trusted: readonly string[]
  /** The upstream behind those proxies, by name; undefined if none is configured. */
  readonly upstream: string | undefined
}

export interface InitConfig {
  readonly username: string
  readonly org: string
  readonly bucket: string
  /** One of the two files at least is given. */
  readonly passwordFile: string | undefined
  readonly tokenFile: string | undefined
}

/** All that a configuration depends on. */
export interface ConfigInput {
  readonly flags: Flags
  readonly env: Environment
  readonly readFile: ReadFile
  /** Undefined if the machine knows none. */
  readonly homeDir: string | undefined
  /** Where relative paths in flags and variables start; absolute. Those in the file start at the file's directory. */
  readonly workDir: string
}

export type ConfigResult = { readonly config: Config } | { readonly mistakes: readonly Mistake[] }

/**
 * Reads flags, environment, file and defaults, in this order of precedence, into one frozen value; or lists everything that
 * is wrong, in that order. A wrong value is a mistake even where another source overrides it. Pure but for `readFile`, which
 * is called once at most. Does not throw.
 */
export function readConfig({ flags, env, readFile, homeDir, workDir }: ConfigInput): ConfigResult {
  const sources = [readFlags(flags, workDir), readEnvironment(env, workDir)]
  const outer = settle(sources)
  const ownDir = outer.places.has('data_dir') ? undefined : defaultDataDir(env, homeDir)
  const file = findSettingsFile(readFile, outer, outer.values.data_dir ?? ownDir)

  const { values, places, mistakes } = settle([...sources, file.source])
  const dataDir = values.data_dir ?? ownDir
  const { upstreams, mistakes: wrong } = readUpstreams(file.source.upstreams ?? [], env)
  const behind = forwardAuthUpstream(values, places, file.source.upstreams ?? [])
  const all = [
    ...mistakes,
    ...jointMistakes(places),
    ...wrong,
    ...('mistake' in behind ? [behind.mistake] : []),
    ...gatewayMistakes(values, places, upstreams),
  ]
  if (dataDir === undefined && !places.has('data_dir')) {
    all.push({ where: '--data', message: 'is needed, because there is no home directory to keep the data in' })
  }
  if (all.length > 0 || dataDir === undefined || 'mistake' in behind) return { mistakes: all }
  const forwardAuth = { trusted: values['forward_auth.trusted'], upstream: behind.name }
  return { config: deepFreeze({ ...configOf(values, dataDir, file.path, upstreams), forwardAuth }) }
}

/** Source: XDG Base Directory Specification; a relative `XDG_DATA_HOME` is to be ignored. */
function defaultDataDir(env: Environment, homeDir: string | undefined): string | undefined {
  const xdg = env.XDG_DATA_HOME
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'sluice')
  return homeDir === undefined || homeDir === '' ? undefined : join(homeDir, '.local', 'share', 'sluice')
}

/** Which upstream forward-auth decides for: the one that is named, or the only one. */
function forwardAuthUpstream(
  { 'forward_auth.trusted': trusted, 'forward_auth.upstream': named }: Values,
  places: ReadonlyMap<SettingKey, string>,
  upstreams: readonly { readonly name: string }[],
): { readonly name: string | undefined } | { readonly mistake: Mistake } {
  const names = upstreams.map(({ name }) => name)
  const where = (key: SettingKey) => places.get(key) ?? key
  if (named !== undefined && !names.includes(named)) {
    const known = names.length === 0 ? 'there is none in the settings file' : `there is ${names.join(', ')}`
    const message = `forward_auth.upstream ${quote(named)} is no upstream: ${known}`
    return { mistake: { where: where('forward_auth.upstream'), message } }
  }
  // Not there if its own text is a mistake.
  if (named === undefined && names.length > 1 && (trusted ?? []).length > 0) {
    const message = `forward_auth.trusted needs forward_auth.upstream beside it, to say which of ${names.join(', ')} is meant`
    return { mistake: { where: where('forward_auth.trusted'), message } }
  }
  return { name: named ?? names[0] }
}

function configOf(
  values: Values,
  dataDir: string,
  configFile: string | undefined,
  upstreams: readonly UpstreamConfig[],
): Omit<Config, 'forwardAuth'> {
  const { 'tls.cert': certFile, 'tls.key': keyFile } = values
  const { 'init.username': username, 'init.org': org, 'init.bucket': bucket } = values
  return {
    listen: values.listen,
    dataDir,
    publicUrl: values.public_url,
    tls: certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile },
    log: { level: values['log.level'], format: values['log.format'] },
    metrics: { enabled: values['metrics.enabled'] },
    sessions: { lengthMinutes: values['sessions.length_minutes'] },
    revoke: { cutStreams: values['revoke.cut_streams'] },
    limits: {
      maxBodyBytes: values['limits.max_body_bytes'],
      shutdownSeconds: values['limits.shutdown_seconds'],
    },
    gateway: { mode: values['gateway.mode'], observeUpstream: observeUpstreamOf(values, upstreams) },
    upstreams,
    init:
      username === undefined || org === undefined || bucket === undefined
        ? undefined
        : { username, org, bucket, passwordFile: values['init.password_file'], tokenFile: values['init.token_file'] },
    configFile,
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}
