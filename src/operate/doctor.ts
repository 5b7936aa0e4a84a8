import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import type { Mistake } from '../config/mistake.ts'
import type { Flags } from '../config/statement.ts'
import { type LockUse, lockUse } from '../store/lock-use.ts'
import { lockPath, storePath } from '../store/open-sqlite-store.ts'
import { checkDatabase } from './checks/database.ts'
import { checkDirectory } from './checks/directory.ts'
import { bad, type Finding, type Level, ok } from './checks/finding.ts'
import { checkFirstStart } from './checks/first-start.ts'
import { checkGatewayMode } from './checks/gateway-mode.ts'
import { checkExposure, checkForwardAuth, checkPort } from './checks/listening.ts'
import { checkEngine, checkNode } from './checks/runtime.ts'
import { checkTls } from './checks/tls.ts'
import { explain } from './explain.ts'
import { checkUpstreams } from './upstreams/check.ts'

/** `sluice doctor`: exit code 0 if nothing is bad. Changes nothing. */
export async function doctor(flags: Flags, { json }: { json: boolean }): Promise<void> {
  const findings = await examine(flags, Date.now())
  process.stdout.write(json ? `${JSON.stringify(summaryOf(findings), null, 2)}\n` : render(findings))
  if (findings.some(({ level }) => level === 'bad')) process.exitCode = 1
}

async function examine(flags: Flags, nowMs: number): Promise<Finding[]> {
  const loaded = loadConfig(flags)
  const machine = [...checkNode(process.versions.node), ...(await checkEngine())]
  if ('mistakes' in loaded) return [...loaded.mistakes.map(mistakeFinding), UNKNOWN_REST, ...machine]
  const { config } = loaded
  const source = config.configFile === undefined ? 'flags, environment and defaults' : config.configFile
  return [ok(`The configuration is in order (${source}).`), ...machine, ...(await examineConfigured(config, nowMs))]
}

const mistakeFinding = ({ where, message }: Mistake) =>
  bad(`${where}: ${message}.`, 'Correct it; the server does not start.')
const UNKNOWN_REST = bad(
  'The rest could not be looked at, for want of a configuration.',
  'Correct that, and ask again.',
)

type Check = () => Finding[] | Promise<Finding[]>

async function examineConfigured(config: Config, nowMs: number): Promise<Finding[]> {
  const { dataDir } = config
  // If nobody can say, it is read as carefully as beside a server.
  let use: LockUse = 'shared'
  const checks: readonly [name: string, check: Check][] = [
    ['The directory', () => checkDirectory(dataDir, process.getuid?.())],
    [
      'Who uses the data',
      async () => {
        use = await lockUse(lockPath(dataDir))
        return []
      },
    ],
    ['The database', () => checkDatabase(storePath(dataDir), use, nowMs)],
    ['TLS', () => checkTls(config, nowMs)],
    ['Who can connect', () => checkExposure(config)],
    ['Forward-auth', () => checkForwardAuth(config.forwardAuth)],
    ['The gateway', () => checkGatewayMode(config)],
    ['The port', () => checkPort(config.listen, use !== 'nobody')],
    ['The upstreams', async () => (await checkUpstreams(config.upstreams, process.env)).flatMap(one => one.findings)],
    ['The first start', () => checkFirstStart(config)],
  ]
  const findings: Finding[] = []
  // In turn, because later ones depend on who uses the data.
  for (const [name, check] of checks) findings.push(...(await attempt(name, check)))
  return findings
}

async function attempt(name: string, check: Check): Promise<Finding[]> {
  try {
    return await check()
  } catch (cause) {
    return [bad(`${name} could not be looked at: ${explain(cause)}.`, 'Run the doctor as the user of the server.')]
  }
}

export function summaryOf(findings: readonly Finding[]) {
  const count = (level: Level) => findings.filter(finding => finding.level === level).length
  return { bad: count('bad'), warn: count('warn'), ok: count('ok'), findings }
}

/** For people: what is bad first, since it is what they came for. */
export function render(findings: readonly Finding[]): string {
  const inOrder = (['bad', 'warn', 'ok'] as const).flatMap(level => findings.filter(finding => finding.level === level))
  const lines = inOrder.flatMap(({ level, what, todo }) => [
    `${level.padEnd(4)}  ${what}`,
    ...(todo === undefined ? [] : [`      → ${todo}`]),
  ])
  return `${[...lines, '', verdictOn(summaryOf(findings))].join('\n')}\n`
}

function verdictOn({ bad, warn }: { readonly bad: number; readonly warn: number }): string {
  if (bad === 0 && warn === 0) return 'Nothing is wrong.'
  if (bad === 0) return `Nothing is bad; ${warn} to think about.`
  return `${bad} bad${warn === 0 ? '' : `, ${warn} to think about`}.`
}
