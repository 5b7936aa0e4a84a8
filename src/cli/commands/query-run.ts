import { readFile } from 'node:fs/promises'
import { unexpectedContent } from '../api-error.ts'
import { connect } from '../connection.ts'
import { readAll } from '../credential.ts'
import { csvRows } from '../csv-rows.ts'
import type { Invocation } from '../invocation.ts'
import { chosenOrg, withPrefix } from '../org-choice.ts'
import { formatTables } from './flux-format.ts'
import { fluxTables } from './flux-tables.ts'
import { profilerExtern } from './profilers.ts'

/** Longest row of an answer, in characters. */
const MAX_ROW = 256 * 1024 * 1024

/** `influx query`. */
export async function query(invocation: Invocation): Promise<void> {
  const text = (await queryText(invocation)).trim()
  if (text === '') throw new Error('no query provided')
  const connection = await connect(invocation)
  const { org, orgId } = chosenOrg(invocation, connection)
  const profilers = invocation.list('profilers').flatMap(names => names.split(',').filter(Boolean))
  const body = {
    query: text,
    type: 'flux',
    dialect: { annotations: ['group', 'datatype', 'default'], delimiter: ',', header: true },
    ...(profilers.length > 0 && { extern: profilerExtern(profilers) }),
  }
  await withPrefix('failed to execute query', async () => {
    const response = await connection.send('/api/v2/query', { query: { org, orgID: orgId }, body })
    if (response.body === null) return
    if (!/^text\/csv/i.test(response.headers.get('content-type') ?? '')) throw unexpectedContent(response)
    await print(invocation, response.body)
  })
}

/** Prints an answer while it comes. @throws Error if the answer says that the query failed after it had begun */
async function print({ terminal, on }: Invocation, body: AsyncIterable<Uint8Array>): Promise<void> {
  const raw = on('raw')
  async function* texts(): AsyncGenerator<string> {
    const decoder = new TextDecoder()
    for await (const piece of body) {
      if (raw) await terminal.write(piece)
      yield decoder.decode(piece, { stream: true })
    }
    yield decoder.decode()
  }
  const tables = fluxTables(csvRows(texts(), { maxLength: MAX_ROW }))
  for await (const lines of formatTables(tables)) if (!raw) await terminal.write(lines)
}

async function queryText({ args, text, terminal }: Invocation): Promise<string> {
  const [argument] = args
  const file = text('file')
  if (args.length > 1) {
    throw new Error(`at most 1 query string can be specified as an argument, got ${args.length}`)
  }
  if (argument !== undefined && file !== undefined) {
    throw new Error('query can be specified as a CLI arg or passed in a file via flag, not both')
  }
  const path = file ?? (argument?.startsWith('@') ? argument.slice(1) : undefined)
  if (path !== undefined) return readQuery(path)
  if (argument !== undefined && argument !== '-') return argument
  if (text('token') === '-') throw new Error('no query provided: stdin holds the token')
  return readAll(terminal.stdin)
}

async function readQuery(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new Error(`failed to read query from file: ${(cause as Error).message}`)
  }
}
