import { notInflux } from '../api-error.ts'
import type { CommandNode } from '../command.ts'
import { connect } from '../connection.ts'
import { CORE } from '../flag.ts'
import type { Invocation } from '../invocation.ts'

/** `influx ping`. */
export const PING: CommandNode = {
  name: 'ping',
  purpose: 'Check whether a server is healthy',
  flags: CORE,
  example: 'influx ping --host http://localhost:8086',
  run: ping,
}

async function ping(invocation: Invocation): Promise<void> {
  const connection = await connect(invocation, true)
  const { data } = await connection.api.GET('/health')
  const health: { status?: unknown; message?: unknown } | null | undefined = data
  if (health?.status === 'fail') throw new Error(`health check failed: ${health.message ?? ''}`)
  if (health?.status !== 'pass') throw notInflux('the answer says nothing about health')
  invocation.terminal.out('OK\n')
}
