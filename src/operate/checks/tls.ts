import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { isIP } from 'node:net'
import type { Config } from '../../config/config.ts'
import { explain } from '../explain.ts'
import { bad, DAY_MS, type Finding, ok, printDays, warn } from './finding.ts'

const RENEW_DAYS = 21

/** Certificate and key: readable, of each other, in force, for the right name. Nothing to say without TLS. */
export function checkTls({ tls, publicUrl }: Pick<Config, 'tls' | 'publicUrl'>, nowMs: number): Finding[] {
  if (tls === undefined) return []
  const certificate = read(tls.certFile, 'tls.cert', pem => new X509Certificate(pem))
  const key = read(tls.keyFile, 'tls.key', pem => createPrivateKey(pem))
  return [
    ...(certificate.value === undefined ? [certificate.finding] : inForceFindings(certificate.value, nowMs)),
    ...(certificate.value === undefined ? [] : nameFindings(certificate.value, publicUrl)),
    ...(key.value === undefined ? [key.finding] : keyModeFindings(tls.keyFile)),
    ...(certificate.value === undefined || key.value === undefined ? [] : pairFindings(certificate.value, key.value)),
  ]
}

type Read<T> = { readonly value: T } | { readonly value: undefined; readonly finding: Finding }

function read<T>(path: string, setting: string, parse: (pem: Buffer) => T): Read<T> {
  let pem: Buffer
  try {
    pem = readFileSync(path)
  } catch (cause) {
    const todo = `Correct ${setting}, or let this user read the file.`
    return { value: undefined, finding: bad(`${setting} cannot be read: ${explain(cause)}.`, todo) }
  }
  try {
    return { value: parse(pem) }
  } catch {
    const what = `${path} (${setting}) is not what it should be.`
    return { value: undefined, finding: bad(what, 'It must be a PEM file, the key without a passphrase.') }
  }
}

function inForceFindings({ validFrom, validTo }: X509Certificate, nowMs: number): Finding[] {
  const leftMs = Date.parse(validTo) - nowMs
  const todo = 'Renew it, and restart the server.'
  if (leftMs <= 0) return [bad(`The certificate expired on ${validTo}.`, todo)]
  if (Date.parse(validFrom) > nowMs) {
    return [bad(`The certificate is not valid before ${validFrom}.`, 'Wait, take another, or correct the clock.')]
  }
  const what = `The certificate expires in ${printDays(leftMs)}.`
  return [leftMs < RENEW_DAYS * DAY_MS ? warn(what, todo) : ok(what)]
}

function nameFindings(certificate: X509Certificate, publicUrl: Config['publicUrl']): Finding[] {
  if (publicUrl?.protocol !== 'https:') return []
  const name = new URL(publicUrl.origin).hostname.replace(/^\[|\]$/g, '')
  const isFor = isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)
  if (isFor !== undefined) return []
  // A proxy in front may have its own certificate.
  return [
    warn(`The certificate is not for ${name}, which public_url names.`, 'Take one that is, or correct public_url.'),
  ]
}

function keyModeFindings(path: string): Finding[] {
  const mode = statSync(path).mode & 0o777
  if ((mode & 0o007) === 0) return []
  return [bad(`Everybody on this machine can read the private key (tls.key, ${path}).`, `chmod o-rwx ${path}`)]
}

function pairFindings(certificate: X509Certificate, key: KeyObject): Finding[] {
  if (certificate.checkPrivateKey(key)) return [ok('Certificate and key belong together.')]
  return [bad('tls.key is not the key of tls.cert.', 'Put the files of one certificate together.')]
}
