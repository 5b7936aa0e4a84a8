import type { UpstreamConfig, UpstreamKind } from '../../config/upstream.ts'
import { bad, type Finding, ok, warn } from '../checks/finding.ts'
import { counted } from '../counted.ts'
import { quotedName } from '../quoted-name.ts'
import type { Ask } from './ask.ts'
import { askInfluxql } from './v1-series.ts'

type Checked = Pick<UpstreamConfig, 'name' | 'kind' | 'org' | 'credential'>

/** Whether an upstream takes our credential, and whether that reaches as far as the gateway needs. */
export function checkCredential(upstream: Checked, ask: Ask): Promise<Finding[]> {
  return CHECKS[upstream.kind](upstream, ask)
}

const CHECKS: Readonly<Record<UpstreamKind, (upstream: Checked, ask: Ask) => Promise<Finding[]>>> = {
  influxdb1: checkOne,
  influxdb2: checkTwo,
  'influxdb3-core': checkThree,
  'influxdb3-enterprise': checkThree,
  // Its buckets say enough; it has no `/api/v2/me` for every token.
  'cloud-serverless': async (upstream, ask) => bucketsFindings(upstream, ask),
}

/** By what only an administrator is answered. Whoever is none reaches what was granted to him. */
async function checkOne(upstream: Checked, ask: Ask): Promise<Finding[]> {
  const databases = await askInfluxql(ask, 'SHOW DATABASES')
  if ('refused' in databases) return [refusal(upstream, databases.refused, '/query')]
  const isAdmin = !('refused' in (await askInfluxql(ask, 'SHOW USERS')))
  if (isAdmin) return [accepted(upstream, 'may do everything there')]
  const own = databases.filter(({ name }) => name !== '_internal')
  if (own.length === 0) {
    const what = `Upstream ${upstream.name} takes the user, but shows him no database.`
    return [bad(what, 'Grant him ALL on the databases of the buckets, or make him an administrator.')]
  }
  const what = `Upstream ${upstream.name} takes the user, who is no administrator: he reaches ${counted(own.length, 'database')} there, and no other.`
  return [warn(what, 'Grant him ALL on each database that a bucket is bound to, or make him an administrator.')]
}

async function checkTwo(upstream: Checked, ask: Ask): Promise<Finding[]> {
  const { status } = await ask('/api/v2/me')
  return status === 200 ? bucketsFindings(upstream, ask) : [refusal(upstream, status, '/api/v2/me')]
}

async function bucketsFindings(upstream: Checked, ask: Ask): Promise<Finding[]> {
  const { name, org } = upstream
  if (org === undefined && upstream.kind === 'influxdb2') {
    const what = `Upstream ${name} has no org in the settings, and InfluxDB 2 wants one with every write.`
    return [bad(what, `Set upstream.${name}.org to the organization there, by name.`)]
  }
  const { status, json } = await ask(
    `/api/v2/buckets?limit=1${org === undefined ? '' : `&org=${encodeURIComponent(org)}`}`,
  )
  if (status === 404 && org !== undefined) {
    const what = `Upstream ${name} knows no organization ${quotedName(org)}, or does not show it to this token.`
    return [bad(what, `Correct upstream.${name}.org, or take a token of that organization.`)]
  }
  const buckets = (json as { readonly buckets?: unknown } | undefined)?.buckets
  if (status !== 200 || !Array.isArray(buckets)) return [refusal(upstream, status, '/api/v2/buckets')]
  if (buckets.length > 0) return [accepted(upstream, 'sees buckets there; whether it may write to each, a write shows')]
  const what = `Upstream ${name} takes the token, but shows it no bucket.`
  return [bad(what, 'Take a token that reads and writes all buckets of the organization there.')]
}

/** Version 3 shows the list to whoever may do everything; Core has no other tokens. */
async function checkThree(upstream: Checked, ask: Ask): Promise<Finding[]> {
  const { status, json } = await ask('/api/v3/configure/database?format=json')
  if (status === 200 && Array.isArray(json)) return [accepted(upstream, 'may do everything there')]
  if (status === 403) {
    const what = `Upstream ${upstream.name} takes the token, but does not show it the databases.`
    return [bad(what, 'Take an admin token.')]
  }
  return [refusal(upstream, status, '/api/v3/configure/database')]
}

function accepted({ name, credential }: Checked, may: string): Finding {
  if (credential === undefined) return ok(`Upstream ${name} asks for no credential: whoever reaches it ${may}.`)
  return ok(`Upstream ${name} takes the credential, which ${may}.`)
}

function refusal({ name, kind, credential }: Checked, status: number, path: string): Finding {
  if (status === 401 || status === 403) {
    if (credential === undefined) {
      const fields = kind === 'influxdb1' ? 'username and password_file' : 'token_file'
      return bad(`Upstream ${name} asks for a credential, and has none.`, `Set upstream.${name}.${fields}.`)
    }
    return bad(`Upstream ${name} refuses the credential (${status}).`, 'Give it another, and restart the server.')
  }
  const todo = `See whether upstream.${name}.kind and upstream.${name}.url are right.`
  return bad(`Upstream ${name} does not answer ${path} as an ${kind} does (status ${status}).`, todo)
}
