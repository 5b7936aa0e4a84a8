import { aligned } from '../aligned-table.ts'
import { type Connection, connect } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import { withPrefix } from '../org-choice.ts'
import { tabbed } from '../output.ts'
import { createPrompter } from '../prompt.ts'
import { UsageError } from '../usage-error.ts'
import { find, select } from './auth-list.ts'
import { printAuthorizations, type WireAuthorization } from './auth-record.ts'
import { fetchRecord } from './fetch-record.ts'

type Status = 'active' | 'inactive'

const SELECTORS = ['user', 'user-id', 'org', 'org-id', 'status', 'description-contains']

/** `influx auth active` and `influx auth inactive`. */
export async function setStatus(invocation: Invocation, status: Status): Promise<void> {
  const ids = invocation.list('id')
  const selects = SELECTORS.some(invocation.given)
  if (ids.length === 0 && !selects) throw new UsageError('Required flag "id" not set', 'bare')
  if (ids.length > 0 && selects) throw new UsageError('use --id, or flags that select, not both')
  const connection = await connect(invocation)
  if (ids.length === 1) {
    const id = ids[0] as string
    await found(connection, id)
    return printAuthorizations(invocation, await patch(connection, id, status))
  }
  const records = selects ? await select(invocation, connection) : await all(connection, ids)
  const changing = records.filter(record => record.status !== status)
  if (changing.length > 1 || (selects && changing.length > 0)) await confirmed(invocation, changing, status)
  const changed: WireAuthorization[] = []
  try {
    for (const { id } of changing) changed.push(await patch(connection, id, status))
  } catch (cause) {
    throw changed.length === 0 ? cause : new Error(`${(cause as Error).message}\n${madeBefore(changed, status)}`)
  }
  await printAuthorizations(invocation, changed)
  const same = records.length - changing.length
  if (same > 0 || records.length === 0) {
    invocation.terminal.err(
      records.length === 0 ? 'Nothing is selected.\n' : `${same} of ${records.length} were ${status} already.\n`,
    )
  }
}

const madeBefore = (changed: readonly WireAuthorization[], status: Status) =>
  `Made ${status} before that: ${changed.map(({ id }) => id).join(', ')}`

const found = (connection: Connection, id: string) =>
  withPrefix(`could not find auth with ID "${id}"`, () => find(connection, id))

async function all(connection: Connection, ids: readonly string[]): Promise<WireAuthorization[]> {
  // All are looked up before one is changed, so that a slip in the last does not leave the work half done.
  const records: WireAuthorization[] = []
  for (const id of new Set(ids)) records.push(await found(connection, id))
  return records
}

function patch(connection: Connection, id: string, status: Status): Promise<WireAuthorization> {
  return withPrefix(`could not update status of auth with ID "${id}"`, () =>
    fetchRecord(
      connection.api.PATCH('/api/v2/authorizations/{authID}', { params: { path: { authID: id } }, body: { status } }),
    ),
  )
}

/** Nothing is cut: who decides must see what about. */
const WHOLE = { width: 0, header: false, colours: false } as const

/** Shows what would change and asks. @throws Error if the answer is no, or nobody is there to answer */
async function confirmed(
  invocation: Invocation,
  changing: readonly WireAuthorization[],
  status: Status,
): Promise<void> {
  if (invocation.on('yes')) return
  const { terminal } = invocation
  const rows = changing.map(({ id, status: now = '', user = '', description = '' }) => [id, now, user, description])
  const table = terminal.errIsTerminal ? aligned(rows, WHOLE) : tabbed(rows)
  terminal.err(`These would become ${status}:\n${table}`)
  const what = changing.length === 1 ? '1 authorization' : `${changing.length} authorizations`
  if (!terminal.interactive) throw new Error(`nothing was changed: give --yes to make ${what} ${status}`)
  const prompter = createPrompter(terminal)
  const yes = await prompter.confirm(`Make ${what} ${status}?`)
  prompter.close()
  if (!yes) throw new Error('nothing was changed')
}
