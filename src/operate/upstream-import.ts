import { actAs } from '../authority/act.ts'
import { importPlaces, type Planned, planImport } from '../authority/import-places.ts'
import type { Flags } from '../config/statement.ts'
import type { UpstreamConfig } from '../config/upstream.ts'
import { AppError } from '../domain/errors.ts'
import { besideServer } from './beside-server.ts'
import { configured } from './configured.ts'
import { requireConsent } from './confirm.ts'
import { counted } from './counted.ts'
import { jsonOf, linesOf } from './import-report.ts'
import { getOrg } from './named.ts'
import { quotedName } from './quoted-name.ts'
import { openAsk } from './upstreams/ask.ts'
import { chosenUpstreams } from './upstreams/configured.ts'
import { findPlaces } from './upstreams/found-places.ts'

export interface ImportOptions {
  readonly org: string
  /** Whether not to ask. */
  readonly yes: boolean
  readonly dryRun: boolean
  readonly json: boolean
}

/** Who did it, as the audit log says it. Whoever may write the data's files is asked for nothing else. */
const ACTOR = 'import'

/**
 * `sluice upstream import-buckets`: shows what would be created, asks, and creates all of it or nothing. Exit code 1 if a
 * place was refused.
 */
export async function importBuckets(name: string, flags: Flags, options: ImportOptions): Promise<void> {
  const config = configured(flags)
  const [upstream] = chosenUpstreams(config.upstreams, name) as [UpstreamConfig]
  const places = await findPlaces(upstream, openAsk(upstream, process.env))
  if (places.length === 0) throw new AppError('not found', `upstream ${name} shows no database that could be imported`)
  await besideServer(config, async means => {
    const org = await getOrg(means.store, options.org)
    const report = (plan: readonly Planned[]) =>
      process.stdout.write(options.json ? `${JSON.stringify(jsonOf(name, org, plan), null, 2)}\n` : linesOf(plan))
    const plan = await planImport(means.store, org.id, places)
    if (plan.some(({ outcome }) => outcome === 'refused')) process.exitCode = 1
    const news = plan.filter(({ outcome }) => outcome === 'create').length
    if (options.dryRun || news === 0) {
      report(plan)
      return
    }
    // One document on standard output: what is asked about goes beside it.
    if (!options.json) report(plan)
    else if (!options.yes) process.stderr.write(linesOf(plan))
    await requireConsent(`Create ${counted(news, 'bucket')} in ${quotedName(org.name)}?`, options)
    const done = await actAs(means, ACTOR, act => importPlaces(means, act, org.id, places))
    if (options.json) report(done)
    else
      process.stdout.write(
        `Created ${counted(done.filter(({ outcome }) => outcome === 'created').length, 'bucket')}.\n`,
      )
  })
}
