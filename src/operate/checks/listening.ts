import { createServer } from 'node:net'
import { isLoopback, type Listen } from '../../config/address.ts'
import type { Config } from '../../config/config.ts'
import { explain } from '../explain.ts'
import { bad, type Finding, ok, warn } from './finding.ts'

/** Whether secrets travel in clear. */
export function checkExposure({ listen, tls, publicUrl }: Pick<Config, 'listen' | 'tls' | 'publicUrl'>): Finding[] {
  if (isLoopback(listen.host)) return [ok('Only this machine can connect.')]
  // Known by their digests alone, so that nobody can look through them for what is easily guessed.
  const chosen = ok('How long the tokens are that people chose themselves, nobody can tell: only digests are kept.')
  if (tls !== undefined) return [ok(`Other machines can connect to ${listen.host}, by TLS.`), chosen]
  const what = `Other machines can connect to ${listen.host} without TLS: their tokens and passwords travel in clear`
  if (publicUrl?.protocol === 'https:') {
    const todo = 'Let nobody but the proxy reach this port, or set tls.cert and tls.key here too.'
    return [warn(`${what}, unless all of them come by the proxy at ${publicUrl.origin}.`, todo), chosen]
  }
  const todo =
    'Set tls.cert and tls.key, or listen on 127.0.0.1. If a proxy in front of this speaks TLS, say so with public_url.'
  return [bad(`${what}.`, todo), chosen]
}

/** Blocks that are larger than this hold more than one network of one's own. */
const WIDEST_PREFIX = 8

/** Whoever is trusted may ask for verdicts, and says for whom. */
export function checkForwardAuth({ trusted, upstream }: Config['forwardAuth']): Finding[] {
  return [...trustFindings(trusted), ...(trusted.length === 0 || upstream !== undefined ? [] : [BY_NAMES])]
}

const BY_NAMES = warn(
  'Forward-auth goes by names alone, because no upstream is configured: a bucket counts as whatever has its name there.',
  'Name in a table [upstream.NAME] what stands behind the proxies, and bind the buckets.',
)

function trustFindings(trusted: readonly string[]): Finding[] {
  const wide = trusted.filter(block => block.includes('/') && Number(block.split('/')[1]) < WIDEST_PREFIX)
  if (wide.length === 0) return trusted.length === 0 ? [] : [ok(`Forward-auth answers ${trusted.join(', ')} alone.`)]
  const all = wide.filter(block => block.endsWith('/0'))
  const todo = 'Name in forward_auth.trusted the addresses of the proxies, and nothing else.'
  if (all.length > 0) {
    return [
      bad(`Forward-auth trusts everybody (${all.join(', ')}): whoever can connect may try out tokens there.`, todo),
    ]
  }
  return [warn(`Forward-auth trusts more addresses than anybody owns (${wide.join(', ')}).`, todo)]
}

/** @param isServing whether a server uses this data, which then has the port, rightly */
export async function checkPort(listen: Listen, isServing: boolean): Promise<Finding[]> {
  if (listen.port === 0 || isServing) return []
  const failure = await tryToListen(listen)
  if (failure === undefined) return [ok(`Port ${listen.port} of ${listen.host} is free.`)]
  return [bad(`The server could not listen: ${explain(failure)}.`, 'See to the port, or change listen.')]
}

function tryToListen({ host, port }: Listen): Promise<Error | undefined> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', resolve)
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(undefined)))
  })
}
