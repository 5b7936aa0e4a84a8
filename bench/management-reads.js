// How fast are reads of the management API, and do they stay so when there are a million tokens?

import { LOAD_CORE, moveTo } from './cores.js'
import { authorizationIdOf, OPERATOR_TOKEN, randomNumbers, userCount, userOf } from './dataset.js'
import { keepBusy, requestText } from './http-load.js'
import { databaseWith } from './load.js'
import { record } from './results.js'
import { inTurns } from './rounds.js'
import { startBare, startSluice } from './servers.js'

const SIZES = [100, 10_000, 1_000_000]
const CONNECTIONS = 16
const ROUNDS = 7
const FOR_MS = 700

const AUTHORIZATIONS = '/api/v2/authorizations'
const QUESTIONS = {
  'read by id': tokens => below => `${AUTHORIZATIONS}/${authorizationIdOf(below(tokens))}`,
  "list of one user's ten tokens, by name": tokens => below =>
    `${AUTHORIZATIONS}?user=${userOf(below(userCount(tokens))).name}`,
}

async function measure(sluices, question, pathsOf) {
  const bare = await startBare(await sampleAnswer(sluices[0].server, pathsOf))
  const subjects = { bare: await asker(bare, () => () => '/', SIZES[0]) }
  for (const { tokens, server } of sluices) subjects[tokens] = await asker(server, pathsOf, tokens)
  const measured = await inTurns(subjects, ROUNDS)
  for (const { close } of Object.values(subjects)) close()
  await bare.stop()
  return SIZES.map(tokens => row(question, tokens, measured))
}

function row(question, tokens, measured) {
  const ratio = measured[tokens].median / measured.bare.median
  const flat = measured[tokens].median / measured[SIZES[0]].median
  return {
    what: `${question}, at ${tokens.toLocaleString('en')} tokens`,
    measured: measured[tokens],
    baseline: measured.bare,
    unit: '/s',
    ratio: `${ratio.toFixed(2)} of baseline; ${flat.toFixed(2)} of the rate at ${SIZES[0]} tokens`,
    budget: 'at least 0.50; flat (at least 0.80 of the rate at 100)',
    met: ratio >= 0.5 && flat >= 0.8,
  }
}

async function sampleAnswer(server, pathsOf) {
  const [connection] = await server.connections(1)
  const answer = await connection.ask(
    requestText(
      'GET',
      pathsOf(SIZES[0])(() => 0),
      OPERATOR_TOKEN,
    ),
  )
  connection.close()
  return answer
}

/** Asks for random things on kept connections; a turn's result is answers per second. */
async function asker(server, pathsOf, tokens) {
  const connections = await server.connections(CONNECTIONS)
  const below = randomNumbers(tokens)
  const pathOf = pathsOf(tokens)
  const nextRequest = () => requestText('GET', pathOf(below), OPERATOR_TOKEN)
  const ask = async () => {
    const { perSecond, idle } = await keepBusy(connections, { forMs: FOR_MS, status: 200, nextRequest })
    if (idle < 0.1) process.stderr.write('  the load generator is at its limit\n')
    return perSecond
  }
  const close = () => {
    for (const connection of connections) connection.close()
  }
  return Object.assign(ask, { close })
}

moveTo(LOAD_CORE)
const sluices = []
for (const tokens of SIZES) sluices.push({ tokens, server: await startSluice(await databaseWith(tokens)) })

const rows = []
for (const [question, pathsOf] of Object.entries(QUESTIONS)) rows.push(...(await measure(sluices, question, pathsOf)))
for (const { server } of sluices) await server.stop()
record({
  file: 'management-reads.js',
  title: 'Management: reads',
  about: `${CONNECTIONS} keep-alive connections, one request at a time on each, random tokens of all. Answers a second.`,
  baseline: 'bare `node:http` server that sends the same headers and bytes',
  rows,
  notes: [
    'Why the budget is not met: the rate is flat, but one answer costs some 120 µs (by id) and 300 µs (ten tokens), where the ' +
      'bare server writes bytes that it has ready in 13 µs. The cost is SQLite by the JavaScript binding (an authorization is ' +
      'two look-ups, a list of ten a join of its permissions with their names), then Hono, the JSON and the line of the log. ' +
      'What would help: remembering the JSON of an authorization until the log of changes names it, as the verifier does.',
  ],
})
