import { VERSION } from '../version.ts'

/** As servers and proxies log it. */
export function userAgent(): string {
  return `influx/${VERSION} (${process.platform}) Sluice`
}
