import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './server.ts'

/** A certificate that signs itself, for this machine's loopback. */
export interface Certificate {
  readonly certFile: string
  readonly keyFile: string
  /** The certificate, for whoever is to trust it. */
  readonly ca: string
}

/** Made by openssl, as somebody who tries TLS for the first time would. */
export function makeCertificate(): Certificate {
  const folder = temporaryFolder()
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile]
  execFileSync('openssl', ['req', '-x509', ...key, '-out', certFile, '-days', '2', ...names], { stdio: 'pipe' })
  return { certFile, keyFile, ca: readFileSync(certFile, 'utf8') }
}
