// Parameters that one reader takes for others, or takes from elsewhere.
import { APIS, type Api, type Case, WRITES } from './case.ts'

/** Spellings of a name, each of which some reader takes for the name itself. */
const SPELLINGS: Readonly<Record<string, (name: string) => string>> = {
  'the same name': name => name,
  'a letter escaped': name => `%${name.charCodeAt(0).toString(16)}${name.slice(1)}`,
  'all letters escaped': name => [...name].map(letter => `%${letter.charCodeAt(0).toString(16)}`).join(''),
  'escaped twice': name => `%25${name.charCodeAt(0).toString(16)}${name.slice(1)}`,
  capitals: name => name.toUpperCase(),
  'a capital': name => name[0]!.toUpperCase() + name.slice(1),
  'an underscore': name => `${name[0]}_${name.slice(1)}`,
  'a hyphen': name => `${name}-`,
  brackets: name => `${name}[]`,
  'brackets with a number': name => `${name}[0]`,
  'escaped brackets': name => `${name}%5B%5D`,
  'a dot behind': name => `${name}.`,
  'a plus before': name => `+${name}`,
  'a space before': name => `%20${name}`,
  'a space behind': name => `${name}%20`,
  'a tabulator before': name => `%09${name}`,
  'a zero byte behind': name => `${name}%00`,
  'a zero byte before': name => `%00${name}`,
  'a line end behind': name => `${name}%0a`,
  'HTML escape': name => `amp;${name}`,
  'a semicolon before': name => `x;${name}`,
  'a question mark before': name => `?${name}`,
  'a hash before': name => `#${name}`,
  'an ampersand before': name => `&${name}`,
  'an empty pair before': name => `=&${name}`,
  'wide letters': name =>
    [...name].map(letter => encodeURIComponent(String.fromCodePoint(letter.charCodeAt(0) + 0xfee0))).join(''),
  'an overlong letter': name => `%c1%${(name.charCodeAt(0) + 0x40).toString(16)}${name.slice(1)}`,
  'a byte order mark': name => `%ef%bb%bf${name}`,
  'a soft hyphen': name => `${name}%c2%ad`,
  'a letter beyond ASCII': name => `${name}\u00fc`,
}

const NAMES: Readonly<Record<Api, readonly string[]>> = { v1: ['db', 'rp'], v2: ['bucket', 'orgID', 'org'], v3: ['db'] }
/** The spellings that are the name itself. */
const PLAIN = ['the same name', 'a letter escaped', 'all letters escaped']
const VALUES = ['secret', 'db_secret', 'raw', '']

/** A second parameter beside a good one, before and behind it. */
function seconds(api: Api): Case[] {
  const [path = '', query = ''] = WRITES[api].target.split('?')
  return NAMES[api].flatMap(name =>
    Object.entries(SPELLINGS).flatMap(([how, spell]) =>
      VALUES.flatMap(value => {
        // The only one of its name is no second: empty, it is as if it were not there.
        const isOnly = (name === 'rp' || name === 'org') && PLAIN.includes(how)
        if (isOnly && (value === '' || how === 'the same name')) return []
        const pair = `${spell(name)}=${value}`
        const about = `${api}: ${name} in ${how}, ${value || 'nothing'}`
        return [
          { name: `${about}, behind`, target: `${path}?${query}&${pair}` },
          { name: `${about}, before`, target: `${path}?${pair}&${query}` },
        ]
      }),
    ),
  )
}

/** Names that mean a database to some generation or client, on a path that has none of them. */
const ALIASES = [
  'database',
  'namespace',
  'namespace_name',
  'bucketID',
  'bucket-name',
  'bucket_id',
  'bucketName',
  'db.name',
]
const OTHERS = [
  'token',
  'token_name',
  'u',
  'p',
  'q',
  'epoch',
  'params',
  'chunked',
  'format',
  'user',
  'password',
  '_method',
]

const aliases = (api: Api): Case[] =>
  [...ALIASES, ...OTHERS, ...NAMES[api === 'v2' ? 'v1' : 'v2']]
    // Credentials of v1 are read there: in a family of their own. Of `org` and `orgID` one alone is good.
    .filter(name => !(api === 'v1' && ['u', 'p'].includes(name)))
    // Nothing there: the client for Python sends one.
    .filter(name => !(api === 'v3' && name === 'org'))
    .map(name => ({ name: `${api}: also ${name}`, target: `${WRITES[api].target}&${name}=secret` }))

/** Values that some reader cuts, folds or resolves to the name of another database. */
const NEAR = [
  'secret',
  'db_secret',
  '%73ecret',
  'SECRET',
  'secret%00',
  'secret%00raw',
  'raw%00secret',
  'raw%2C secret'.replace(' ', '%20'),
  'raw%2Csecret',
  'raw%3Bsecret',
  'raw;secret',
  'raw%26db=secret',
  'raw%26bucket=secret',
  'raw%2F..%2Fsecret',
  'raw/../secret',
  '../secret',
  'raw%23secret',
  'raw#secret',
  'raw%0asecret',
  'raw%0d%0aHost:%20x',
  'raw%20secret',
  'raw+secret',
  '%22secret%22',
  '%22raw%22.%22secret%22',
  'raw..secret',
  'db_raw',
  'RAW',
  'Raw',
  'raw%20',
  '%20raw',
  'raw%2F',
  'raw/autogen',
  'secret/autogen',
  'raw%2Fsecret',
  'raw%25',
  '*',
  '%2A',
  '_internal',
  '_monitoring',
  'r%61w%00',
  'ra%c1%b7',
  '%ef%bb%bfraw',
  'raw%c2%a0',
  'raw%e2%80%8b',
  'r%D0%B0w',
  '%EF%BD%92aw',
  '«secret»',
  '0000000000000000',
  '$raw',
  '%24%7Bsecret%7D',
  '{secret}',
  '[%22secret%22]',
  'secret%7Craw',
  'undefined',
  'null',
  '',
]

const nearby = (api: Api): Case[] => {
  const [path = ''] = WRITES[api].target.split('?')
  const rest = api === 'v2' ? 'orgID=«org»&bucket=' : 'db='
  return NEAR.map(value => ({ name: `${api}: the value ${value || 'empty'}`, target: `${path}?${rest}${value}` }))
}

/** Of v1: which retention policy, which other gateways put behind the database's name. */
const policies = (): Case[] =>
  ['secret', 'db_secret', 'x', '..', '/secret', 'autogen/../secret', '%00', '%22', 'raw', 'autogen%00'].map(value => ({
    name: `v1: the retention policy ${value}`,
    target: `/write?db=raw&rp=${value}`,
  }))

const good = (): Case[] => [
  ...APIS.map(api => ({ name: `${api}: allowed`, target: WRITES[api].target, expect: { target: WRITES[api].asked } })),
  { name: 'v1: allowed, escaped', target: '/write?%64b=%72aw', expect: { target: WRITES.v1.asked } },
  { name: 'v1: allowed, empty rp', target: '/write?db=raw&rp=', expect: { target: WRITES.v1.asked } },
  { name: 'v2: allowed, by id', target: '/api/v2/write?orgID=«org»&bucket=«raw»', expect: { target: WRITES.v2.asked } },
  {
    name: 'v2: allowed, by org name',
    target: '/api/v2/write?org=plant&bucket=raw',
    expect: { target: WRITES.v2.asked },
  },
  {
    name: 'v3: allowed, with an org, of which there are none there',
    target: `${WRITES.v3.target}&org=secret`,
    expect: { target: WRITES.v3.asked },
  },
]

export const parameters = (): Case[] => [
  ...good(),
  ...APIS.flatMap(api => [...seconds(api), ...aliases(api), ...nearby(api)]),
  ...policies(),
]
