import { readFileSync } from 'node:fs'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

/** Of this program. */
export const VERSION: string = version

/** What clients see: the InfluxDB whose API we speak, and ours. They detect the generation by the first part. */
export const INFLUXDB_VERSION = `v2.9.0+sluice.${version}`

/** Of this version; raised with it. */
export const RELEASED = '2026-11-25T00:00:00Z'
