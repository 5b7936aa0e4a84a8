import type { Flag } from '../flag.ts'

/** Types of resources that have a pair of flags, in the order in which their permissions are sent. Source: CLI contract 2.2. */
export const GRANT_TYPES = [
  'authorizations',
  'buckets',
  'dashboards',
  'orgs',
  'tasks',
  'telegrafs',
  'users',
  'variables',
  'secrets',
  'labels',
  'views',
  'documents',
  'notificationRules',
  'notificationEndpoints',
  'checks',
  'dbrp',
  'annotations',
  'sources',
  'scrapers',
  'notebooks',
  'remotes',
  'replications',
  'flows',
  'functions',
  'subscriptions',
] as const

const ONLY: Readonly<Record<string, string>> = {
  sources: ' (OSS only)',
  scrapers: ' (OSS only)',
  notebooks: ' (OSS only)',
  remotes: ' (OSS only)',
  replications: ' (OSS only)',
  flows: ' (Cloud only)',
  functions: ' (Cloud only)',
  subscriptions: ' (Cloud only)',
}

/** These say "of all organizations" or "all users": no organization is sent with them. */
const EVERYWHERE: Readonly<Record<string, string>> = { orgs: 'all organizations', users: 'all users' }

const what = (type: string) => `${EVERYWHERE[type] ?? type}${ONLY[type] ?? ''}`

const pairs: Flag[] = GRANT_TYPES.flatMap((type): Flag[] => [
  { name: `read-${type}`, kind: 'switch', help: `Grants reading ${what(type)}`, hidden: type === 'functions' },
  {
    name: `write-${type}`,
    kind: 'switch',
    help: `Grants creating and changing ${what(type)}`,
    hidden: type === 'functions',
  },
])

/** Spellings that the documentation shows and the reference refuses. */
const DOCUMENTED: readonly Flag[] = [
  { name: 'read-dbrps', kind: 'switch', help: '', hidden: true, sameAs: 'read-dbrp' },
  { name: 'write-dbrps', kind: 'switch', help: '', hidden: true, sameAs: 'write-dbrp' },
  { name: 'read-user', kind: 'switch', help: '', hidden: true, sameAs: 'read-users' },
  { name: 'write-user', kind: 'switch', help: '', hidden: true, sameAs: 'write-users' },
]

export const GRANT_FLAGS: readonly Flag[] = [
  {
    name: 'read-bucket',
    kind: 'list',
    form: 'bucket-id',
    help: 'Grants reading one bucket; may be given several times',
  },
  {
    name: 'write-bucket',
    kind: 'list',
    form: 'bucket-id',
    help: 'Grants writing to one bucket; may be given several times',
  },
  { name: 'operator', kind: 'switch', help: 'Grants everything in every organization' },
  { name: 'all-access', kind: 'switch', help: 'Grants everything in one organization' },
  ...pairs,
  ...DOCUMENTED,
]
