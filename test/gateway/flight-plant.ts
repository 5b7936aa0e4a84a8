// A server before an upstream that speaks Flight, and a connection to it.
import type { ClientHttp2Session } from 'node:http2'
import { type Created, createToken, may } from '../e2e/fixtures.ts'
import { call, type GrpcAnswer, type Metadata, openSession } from './flight-call.ts'
import { DOUBLE_TOKEN, type FlightDouble, type SeenCall, startFlightDouble } from './flight-double.ts'
import { get } from './flight-messages.ts'
import { type Plant, startPlant } from './plant.ts'

/** By which a server asks the double. */
export const ENV = { SLUICE_UPSTREAM_LAB_TOKEN: DOUBLE_TOKEN }
export const RAW = ['database', 'raw'] as const
export const bearer = (token: string) => ['authorization', `Bearer ${token}`] as const
/** A ticket as clients write it, for a query of `raw`. */
export const mine = (text: string, more: object = {}) => get({ database: 'raw', sql_query: text, ...more })

export interface FlightPlant {
  readonly upstream: FlightDouble
  readonly plant: Plant
  readonly session: ClientHttp2Session
  /** Calls with the token of the plant's reader unless another is given. */
  ask(
    method: string,
    body: Uint8Array,
    metadata?: Metadata,
    token?: string,
  ): Promise<{ readonly got: GrpcAnswer; readonly seen: readonly SeenCall[] }>
  /** Another that reads `raw`. */
  newToken(): Promise<Created>
  close(): Promise<void>
}

export async function startFlightPlant(): Promise<FlightPlant> {
  const upstream = await startFlightDouble()
  const plant = await startPlant('influxdb3-core', upstream.url, 'answer_seconds = 1\n', ENV)
  const session = openSession(plant.server.url)
  return {
    upstream,
    plant,
    session,
    async ask(method, body, metadata = [], token = plant.tokens.reader) {
      const got = await call(session, method, [bearer(token), ...metadata], body)
      return { got, seen: [...upstream.seen] }
    },
    newToken() {
      const { operator, orgID, buckets } = plant
      return createToken(operator, { orgID, permissions: [may('read', 'buckets', { id: buckets.raw, orgID })] })
    },
    async close() {
      session.destroy()
      await upstream.close()
    },
  }
}
