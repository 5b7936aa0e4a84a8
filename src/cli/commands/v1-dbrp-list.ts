import { connect } from '../connection.ts'
import { defined } from '../defined.ts'
import type { Invocation } from '../invocation.ts'
import { givenOrg, withPrefix } from '../org-choice.ts'
import { outputForm } from '../output.ts'
import { DBRP_RECORD, givenDefault, orgQuery, type WireDbrp } from './dbrp-record.ts'
import { fetchList } from './fetch-record.ts'
import { printRecords } from './record.ts'

const VIRTUAL = `\nVIRTUAL DBRP MAPPINGS (READ-ONLY)\n${'-'.repeat(34)}\n`

/** `influx v1 dbrp list`: for people two tables, for programs one list. */
export async function listDbrps(invocation: Invocation): Promise<void> {
  givenOrg(invocation)
  const text = (flag: string) => invocation.text(flag) || undefined
  const connection = await connect(invocation)
  const query = {
    ...orgQuery(invocation, connection),
    bucketID: text('bucket-id'),
    db: text('db'),
    default: givenDefault(invocation),
    id: text('id'),
    rp: text('rp'),
  }
  const mappings = await withPrefix('failed to list dbrps', () =>
    fetchList<WireDbrp>(connection.api.GET('/api/v2/dbrps', { params: { query: defined(query) } }), 'content'),
  )
  if (outputForm(invocation) === 'table') return printTables(invocation, mappings)
  const columns = [
    ...DBRP_RECORD.columns,
    { title: 'Virtual', of: ({ virtual }: WireDbrp) => String(virtual ?? false) },
  ]
  await printRecords(invocation, { ...DBRP_RECORD, columns }, mappings)
}

async function printTables(invocation: Invocation, mappings: readonly WireDbrp[]): Promise<void> {
  const of = (virtual: boolean) => mappings.filter(mapping => (mapping.virtual ?? false) === virtual)
  await printRecords(invocation, DBRP_RECORD, of(false))
  invocation.terminal.out(VIRTUAL)
  await printRecords(invocation, DBRP_RECORD, of(true))
}
