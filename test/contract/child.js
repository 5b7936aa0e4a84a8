// The other process of the store's contract: node child.js ENGINE LOCATION, asked by messages.
// It runs the built program, since Node 20 does not read TypeScript.
const OPENERS = {
  sqlite: async directory => {
    const { openStore } = await import('../../dist/store/open-sqlite-store.js')
    return (await openStore(directory, false)).store
  },
}

const [engine, location] = process.argv.slice(2)
const store = await OPENERS[engine](location)

async function callAll(nouns, calls) {
  const results = []
  for (const [noun, method, ...args] of calls) results.push(await nouns[noun][method](...args))
  return results
}

const JOBS = {
  open: async () => {},

  async transact(calls, times) {
    let results
    for (let at = 0; at < times; at++) results = await store.transaction(inside => callAll(inside, calls))
    return results
  },

  async compete(id, wins) {
    let lost = 0
    for (let won = 0; won < wins; ) {
      // Seen outside the transaction, so that somebody else may write in between.
      const seen = await store.authorizations.find(id)
      const description = `${process.pid} for the ${won}th time`
      const outcome = await store.transaction(inside =>
        inside.authorizations.update(id, seen.version, { description }, seen.updatedAtMs + 1),
      )
      if (outcome === 'stale') lost++
      else won++
    }
    return lost
  },

  hang: calls =>
    new Promise(resolve => {
      store.transaction(async inside => {
        await callAll(inside, calls)
        resolve()
        await new Promise(() => {})
      })
    }),
}

process.on('message', async ({ id, job, args }) => {
  try {
    process.send({ id, value: await JOBS[job](...args) })
  } catch (cause) {
    process.send({ id, failure: `${cause.code ?? cause.name}: ${cause.message}` })
  }
})
// Whoever started us is gone.
process.on('disconnect', () => process.exit())
