// Credentials where their generation takes none, broken ones, and several at once.
import { APIS, type Api, type Case, READER, WRITER, WRITES } from './case.ts'

/** Taken by no path. */
const BROKEN = [
  '',
  'Token',
  'Token ',
  '«writer»',
  'Token«writer»',
  'Token\t«writer»',
  'Token  «writer»',
  'Token "«writer»"',
  'Token «writer» «writer»',
  'Token «writer», Token «reader»',
  'Token «writer»;',
  'Token «writer»x',
  'Token x«writer»',
  'Token=«writer»',
  'Token: «writer»',
  'Basic «writer»',
  'Basic ',
  'Basic =',
  'Basic Og==',
  'Basic not base64!',
  'Digest «writer»',
  'ApiKey «writer»',
  'Negotiate «writer»',
  'Token null',
  'Token undefined',
  'Token %00',
  'Token *',
  'Bearer',
  'Bearer eyJhbGciOiJub25lIn0.eyJ1c2VybmFtZSI6ImFkbWluIiwiZXhwIjoyOTk5OTk5OTk5fQ.',
  'Token «id»',
  'Token «raw»',
]

/** Headers that one generation takes and the other does not. */
const TAKEN: readonly (readonly [value: string, by: readonly Api[]])[] = [
  ['Token «writer»', ['v1', 'v2', 'v3']],
  ['token «writer»', ['v2', 'v3']],
  ['TOKEN «writer»', ['v2', 'v3']],
  ['Bearer «writer»', ['v2', 'v3']],
  ['bearer «writer»', ['v2', 'v3']],
  ['Token anybody:«writer»', ['v1']],
]

const perApi = (api: Api): Case[] => {
  const { target, asked } = WRITES[api]
  return [
    ...BROKEN.map(value => ({
      name: `${api}: ${JSON.stringify(value)}`,
      target,
      headers: [['Authorization', value]] as const,
    })),
    ...TAKEN.map(([value, by]) => ({
      name: `${api}: ${by.includes(api) ? 'allowed' : 'not taken'}, ${value}`,
      target,
      headers: [['Authorization', value]] as const,
      ...(by.includes(api) && { expect: { target: asked } }),
    })),
    { name: `${api}: none`, target, headers: [] },
    { name: `${api}: one that may read`, target, headers: [READER] },
    { name: `${api}: one that may read, to secret`, target: WRITES[api].secret, headers: [READER] },
    ...['token', 'access_token', 'auth', 'key', 'jwt', 'authorization', 'Authorization', 'apiKey'].map(name => ({
      name: `${api}: in the URL as ${name}`,
      target: `${target}&${name}=«writer»`,
      headers: [],
    })),
    { name: `${api}: in a cookie`, target, headers: [['Cookie', 'influxdb-oss-session=«writer»']] },
    { name: `${api}: in the body`, target, headers: [], body: 'u=x&p=«writer»' },
  ]
}

/** Of v1: in the URL, which beats the header. */
function inUrl(): Case[] {
  const { target, secret, asked } = WRITES.v1
  const allowed = { expect: { target: asked } }
  return [
    { name: 'v1: allowed, in the URL', target: `${target}&u=x&p=«writer»`, headers: [], ...allowed },
    { name: 'v1: allowed, in the URL before all', target: `/write?p=«writer»&u=x&db=raw`, headers: [], ...allowed },
    {
      name: 'v1: allowed, the URL before the header',
      target: `${target}&u=x&p=«writer»`,
      headers: [READER],
      ...allowed,
    },
    { name: 'v1: the URL may not, the header may', target: `${target}&u=x&p=«reader»`, headers: [WRITER] },
    { name: 'v1: to secret, in the URL', target: `${secret}&u=x&p=«writer»`, headers: [] },
    { name: 'v1: two users', target: `${target}&u=x&u=y&p=«writer»`, headers: [] },
    { name: 'v1: two passwords', target: `${target}&u=x&p=«writer»&p=x`, headers: [] },
    { name: 'v1: two passwords, one escaped', target: `${target}&u=x&p=x&%70=«writer»`, headers: [] },
    { name: 'v1: a password in capitals', target: `${target}&u=x&P=«writer»`, headers: [] },
    { name: 'v1: a password alone', target: `${target}&p=«writer»`, headers: [] },
    { name: 'v1: a user alone', target: `${target}&u=«writer»`, headers: [] },
    ...(['v2', 'v3'] as const).flatMap(api => [
      { name: `${api}: in the URL`, target: `${WRITES[api].target}&u=x&p=«writer»`, headers: [] },
      { name: `${api}: in the URL and the header`, target: `${WRITES[api].target}&u=x&p=«writer»` },
    ]),
  ]
}

export const credentials = (): Case[] => [...APIS.flatMap(perApi), ...inUrl()]
