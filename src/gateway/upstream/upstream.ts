import { Pool } from 'undici'

/** Which generation of InfluxDB stands behind us. */
export type UpstreamKind = 'influxdb1' | 'influxdb2' | 'influxdb3-core' | 'influxdb3-enterprise' | 'cloud-serverless'

export interface UpstreamOptions {
  readonly name: string
  readonly kind: UpstreamKind
  /** Scheme, host and port. */
  readonly url: string
  /** The organization by name, where the kind has some. */
  readonly org: string | undefined
  /** The whole header with which we ask; undefined if it asks for none. */
  readonly authorization: string | undefined
  readonly connectTimeoutMs: number
  readonly answerTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly maxBodyBytes: number
}

/** Told of each request to an upstream when the head of its answer is there, or it is clear that none will come. */
export type OnAnswer = (answer: {
  /** Its name. */
  readonly upstream: string
  /** `2xx` and so on; `none` if there was no answer. */
  readonly status: string
  readonly seconds: number
}) => void

/** An InfluxDB behind the gateway, and the connections to it. */
export interface Upstream extends UpstreamOptions {
  readonly pool: Pool
  readonly onAnswer: OnAnswer
}

/** Connections are opened when they are needed. */
export function openUpstream(options: UpstreamOptions, onAnswer: OnAnswer = () => {}): Upstream {
  const pool = new Pool(options.url, {
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.answerTimeoutMs,
    bodyTimeout: options.idleTimeoutMs,
    // A request is one request: nothing of another client's waits behind it on the same connection.
    pipelining: 1,
    connections: 256,
  })
  return { ...options, pool, onAnswer }
}

/** Whether it takes the paths of version 3; Cloud Serverless writes by those of 2. */
export const isThree = ({ kind }: Pick<UpstreamOptions, 'kind'>) => kind.startsWith('influxdb3')

/** Whether it takes the paths of version 2, Flux among them, and tells errors as that does. */
export const isLikeTwo = ({ kind }: Pick<UpstreamOptions, 'kind'>) =>
  kind === 'influxdb2' || kind === 'cloud-serverless'
