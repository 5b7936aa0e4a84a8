// Another process on the same file: commits small changes, so many a second, until it is ended.
// Arguments: directory, number of tokens, changes a second.
import { systemClock } from '../dist/authority/clock.js'
import { openStore } from '../dist/store/open-sqlite-store.js'
import { LOAD_CORE, moveTo } from './cores.js'
import { authorizationIdOf, randomNumbers } from './dataset.js'

const [directory, tokens, perSecond] = process.argv.slice(2)
moveTo(LOAD_CORE)
const { store } = await openStore(directory, false)
const below = randomNumbers(2)

async function change() {
  const id = authorizationIdOf(below(Number(tokens)))
  await store.transaction(async nouns => {
    const { version } = await nouns.authorizations.find(id)
    await nouns.authorizations.update(id, version, { description: `changed ${version}` }, systemClock.nowMs())
    await nouns.changes.note('authorization', id)
  })
}

setInterval(change, 1000 / Number(perSecond))
process.send('ready')
process.once('disconnect', () => process.exit())
