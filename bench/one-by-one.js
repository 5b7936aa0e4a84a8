// The baseline of changes: the same authority, store and schema, without HTTP and threads, each change in a commit of its
// own. Argument: directory. Told `create` or `change`, it works for so many milliseconds and says how many it did a second.
import { randomBytes } from 'node:crypto'
import { createAuthority } from '../dist/authority/authority.js'
import { lookUpCaller } from '../dist/authority/caller.js'
import { systemClock } from '../dist/authority/clock.js'
import { createIds } from '../dist/authority/ids.js'
import { createPasswordHasher } from '../dist/authority/password-hasher.js'
import { digestOf } from '../dist/domain/token.js'
import { openStore } from '../dist/store/open-sqlite-store.js'
import { moveTo, SERVER_CORE } from './cores.js'
import { authorizationIdOf, authorizationOf, OPERATOR_TOKEN, randomNumbers } from './dataset.js'

const [directory, tokens] = process.argv.slice(2)
moveTo(SERVER_CORE)
const { store } = await openStore(directory, false)
const ids = createIds(systemClock, randomBytes)
const means = { store, clock: systemClock, ids, random: randomBytes, hasher: createPasswordHasher() }
const { authorizations } = createAuthority(means, { sessionLengthMs: 0 })
const operator = await store.secrets.findAuthorization(digestOf(OPERATOR_TOKEN))
const caller = await lookUpCaller(store, { kind: 'authorization', id: operator }, Date.now())
const below = randomNumbers(4)
let count = 0

const WORK = {
  create() {
    const { org, user, bucket } = authorizationOf(below(Number(tokens)))
    const resource = { type: 'buckets', id: bucket.id, orgId: org.id }
    const permissions = ['read', 'write'].map(action => ({ action, resource }))
    const wanted = { orgId: org.id, userId: user.id, status: 'active', description: `new ${++count}`, permissions }
    return authorizations.create(caller, wanted)
  },
  change: () =>
    authorizations.change(caller, authorizationIdOf(below(Number(tokens))), { description: `changed ${++count}` }),
}

process.on('message', async ({ what, forMs }) => {
  const begun = performance.now()
  let done = 0
  for (; performance.now() - begun < forMs; done++) await WORK[what]()
  process.send({ perSecond: (done / (performance.now() - begun)) * 1000 })
})
process.once('disconnect', () => process.exit())
process.send('ready')
