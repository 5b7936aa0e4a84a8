import type { UpstreamConfig } from '../../config/upstream.ts'
import { bad, type Finding, ok, warn } from '../checks/finding.ts'
import { explain } from '../explain.ts'
import { type Ask, NoAnswer, openAsk } from './ask.ts'
import { checkCredential } from './credential.ts'
import { type Generation, generationOf } from './generation.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What was found out about one upstream. */
export interface CheckedUpstream {
  readonly name: string
  readonly kind: string
  readonly url: string
  readonly reachable: boolean
  /** Undefined if it does not say. */
  readonly version: string | undefined
  readonly findings: readonly Finding[]
}

/** Looks at upstreams, all at once, since each may let us wait. */
export function checkUpstreams(upstreams: readonly UpstreamConfig[], env: Environment): Promise<CheckedUpstream[]> {
  return Promise.all(upstreams.map(upstream => checkUpstream(upstream, env)))
}

async function checkUpstream(upstream: UpstreamConfig, env: Environment): Promise<CheckedUpstream> {
  const { name, kind, url } = upstream
  const findings: Finding[] = []
  const seen = { name, kind, url, reachable: false, version: undefined, findings }
  let ask: Ask
  try {
    ask = openAsk(upstream, env)
  } catch (cause) {
    const todo = 'Correct the settings, or let this user read the file.'
    return { ...seen, findings: [bad(`The credential of upstream ${name} cannot be read: ${explain(cause)}.`, todo)] }
  }
  try {
    const ping = await ask('/ping')
    const generation = generationOf(ping)
    findings.push(generationFinding(upstream, ping.status, generation))
    if (generation?.title !== SLUICE) findings.push(...(await checkCredential(upstream, ask)))
    return { ...seen, reachable: true, version: generation?.version }
  } catch (cause) {
    if (!(cause instanceof NoAnswer)) throw cause
    const todo = `Start it, or correct upstream.${name}.url.`
    findings.push(bad(`Upstream ${name} at ${url} ${cause.message}.`, todo))
    return { ...seen, reachable: findings.length > 1 }
  }
}

const SLUICE = 'another Sluice'

function generationFinding(
  { name, kind, url }: UpstreamConfig,
  status: number,
  generation: Generation | undefined,
): Finding {
  const fix = `Correct upstream.${name}.url or upstream.${name}.kind.`
  if (generation === undefined) {
    // InfluxDB 3 says nothing to whom it does not know; the next finding says so.
    if (status === 401) return warn(`Upstream ${name} at ${url} answers, but does not say what it runs.`, fix)
    return warn(
      `What answers at ${url} for upstream ${name} does not say that it is an InfluxDB (status ${status}).`,
      fix,
    )
  }
  if (generation.title === SLUICE) return bad(`Upstream ${name} at ${url} is another Sluice, or this one.`, fix)
  if (generation.kinds.includes(kind)) return ok(`Upstream ${name} at ${url} runs ${generation.title}.`)
  return warn(`Upstream ${name} at ${url} runs ${generation.title}, but the settings say ${kind}.`, fix)
}
