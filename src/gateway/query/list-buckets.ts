import type { Caller } from '../../authority/verifier.ts'
import type { OrgId } from '../../domain/id.ts'
import type { FluxDialect } from '../../parse/flux-request.ts'
import { answeredText, notFound, type Outcome } from '../outcome.ts'
import { mayUseSome } from '../place.ts'
import { annotatedCsv, type CsvColumn } from './annotated-csv.ts'
import type { QueryMeans } from './query-means.ts'

const COLUMNS: readonly CsvColumn[] = [
  { name: 'name', type: 'string' },
  { name: 'id', type: 'string' },
  { name: 'organizationID', type: 'string', isGroup: true },
  { name: 'retentionPolicy', type: 'string' },
  { name: 'retentionPeriod', type: 'long' },
]

/**
 * The answer to the script `buckets()`, by which clients try a connection: from our own catalogue, the buckets of an org of
 * which the caller may read anything. Source: the function `buckets` of 2.x.
 */
export async function listBuckets(
  { catalogue }: QueryMeans,
  caller: Caller,
  orgId: OrgId,
  dialect: FluxDialect | undefined,
): Promise<Outcome> {
  const readable = (await catalogue.listNamed(orgId)).filter(bucket => mayUseSome(caller, 'read', bucket))
  // In the words of 2.x.
  if (readable.length === 0) return notFound(`no buckets found in organization ${orgId}`)
  const rows = readable.map(({ name, id, policy, retentionSeconds }) => [
    name,
    id,
    orgId,
    policy,
    String(BigInt(retentionSeconds) * NANOSECONDS),
  ])
  return answeredText(200, annotatedCsv(COLUMNS, rows, dialect), 'text/csv; charset=utf-8')
}

const NANOSECONDS = 1_000_000_000n
