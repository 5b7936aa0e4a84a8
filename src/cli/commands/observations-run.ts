import type { components } from '../../client/schema.ts'
import { notInflux } from '../api-error.ts'
import { connect } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import { withPrefix } from '../org-choice.ts'
import { fetchObject } from './fetch-record.ts'
import { printRecords, type RecordKind } from './record.ts'

type Observations = components['schemas']['Observations']
type Observation = components['schemas']['Observation']

const OBSERVATION: RecordKind<Observation> = {
  columns: [
    { title: 'Count', of: ({ count }) => String(count) },
    { title: 'Reason', of: ({ reason }) => reason },
    { title: 'Credential', of: ({ credential }) => credential },
    { title: 'Path', of: ({ path }) => path },
    { title: 'Database', of: ({ database }) => database },
    { title: 'Last', of: ({ last }) => last },
  ],
  shape: { count: true, credential: true, database: true, first: true, last: true, path: true, reason: true },
}

/** Prints the counts, which programs get as a list; what stands beside them goes to standard error. */
export async function showObservations(invocation: Invocation): Promise<void> {
  const connection = await connect(invocation)
  const found = await withPrefix('failed to read the observations', () =>
    fetchObject<Observations>(connection.api.GET('/api/v2/observations')),
  )
  const { mode, since, dropped, observations } = found
  if (!Array.isArray(observations)) throw notInflux('the answer is not what was asked for')
  await printRecords(invocation, OBSERVATION, observations)
  const { terminal } = invocation
  if (mode === 'enforce') terminal.err('The gateway enforces: it counts nothing here, and refuses instead.\n')
  else terminal.err(`Observed since ${since}.\n`)
  if (dropped > 0) terminal.err(`${dropped} rows were dropped for want of room.\n`)
  if (!invocation.on('clear')) return
  await withPrefix('failed to clear the observations', () => connection.api.DELETE('/api/v2/observations'))
}
