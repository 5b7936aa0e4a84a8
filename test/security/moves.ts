// Moves of the game: somebody calls with something he holds; hands a secret to somebody else; time passes.
import fc from 'fast-check'
import { AppError } from '../../src/domain/errors.ts'
import { isDenial } from '../../src/domain/verdict.ts'
import { type Attempt, type Kind, newName } from './call.ts'
import { ON_AUTHORIZATIONS } from './calls-on-authorizations.ts'
import { ON_CATALOGUE } from './calls-on-catalogue.ts'
import { type By, before, checkAccepted, checkRefused, type Effect } from './check.ts'
import { index, pick, type Wish, wishes } from './wishes.ts'
import { type Agent, powerOf, type Secret, signIn, verify, type World } from './world.ts'

/** How often each kind of call was accepted and refused, over all sequences. */
export const tally = new Map<string, { accepted: number; refused: number }>()

function count(name: string, how: 'accepted' | 'refused'): void {
  const counted = tally.get(name) ?? { accepted: 0, refused: 0 }
  counted[how]++
  tally.set(name, counted)
}

/** Who moves: an agent, and one of the things he knows. */
interface Who {
  readonly agent: number
  readonly secret: number
}
/** Beyond the six: whoever called last. */
const who: fc.Arbitrary<Who> = fc.record({ agent: fc.nat({ max: 8 }), secret: index })

type Command = fc.AsyncCommand<World, object>

/** A move as fast-check wants it. It can always be made; what it means depends on what there is. */
const move = (name: string, run: (world: World) => Promise<void>): Command => ({
  check: () => true,
  run: world => run(world),
  toString: () => name,
})

/** The faults of a caller. Anything else is a fault of ours. */
function isRefusal(cause: unknown): cause is AppError {
  return cause instanceof AppError && cause.code !== 'internal error' && cause.code !== 'unavailable'
}

/** What somebody calls with: a token, or a session, for which he signs in if need be. */
async function credential(world: World, agent: Agent, at: number): Promise<Secret | undefined> {
  const secret = pick(agent.secrets, at)
  if (secret?.kind !== 'password') return secret?.kind === 'v1' ? undefined : secret
  const user = world.users.find(({ id }) => id === secret.userId)
  const right = user?.deleted === false && user.password === secret.password
  try {
    const session = await signIn(world, agent, secret, newName('address'))
    if (!right) throw new TypeError(`${agent.name} signed in with a password that is not right any more`)
    count('sign in', 'accepted')
    return session
  } catch (cause) {
    if (right || !isRefusal(cause)) throw cause
    count('sign in', 'refused')
    return undefined
  }
}

/** Makes one call, and checks what came of it. */
export async function call<Arguments>(
  world: World,
  { agent: agentAt, secret: secretAt }: Who,
  name: string,
  { make }: Kind<Arguments>,
  wanted: Arguments,
): Promise<Effect | undefined> {
  const again = agentAt >= world.agents.length ? world.last : undefined
  const agent = again?.agent ?? (pick(world.agents, agentAt) as Agent)
  const secret = again?.secret ?? (await credential(world, agent, secretAt))
  if (secret === undefined) return undefined
  const caller = await verify(world, secret)
  if (isDenial(caller)) return undefined
  const power = powerOf(world, secret, world.parts.clock.nowMs())
  const by: By = { agent, secret, userId: caller.userId, power }
  const was = await before(world)
  let asked = name
  const say = (text: string) => {
    asked = text
  }
  const { authority } = world.parts
  const attempt: Attempt = { world, authority, caller, by, held: power.flatMap(({ permissions }) => permissions), say }
  let effect: Effect | undefined
  try {
    effect = await make(attempt, wanted)
  } catch (cause) {
    world.history.push(`${agent.name}, by a ${secret.kind} of ${caller.userId}: ${asked}: ${cause}`)
    if (!isRefusal(cause)) throw new Error(world.history.join('\n'), { cause })
    count(name, 'refused')
    await checkRefused(world, was)
    return undefined
  }
  if (effect === undefined) return undefined
  world.history.push(`${agent.name}, by a ${secret.kind} of ${caller.userId}: ${asked}: done`)
  count(name, 'accepted')
  // Not the operator: he may do everything anyway.
  if (agent.name !== 'admin') world.last = { agent, secret }
  if (effect.about !== undefined) world.focus = effect.about
  await checkAccepted(world, was, by, effect)
  return effect
}

/** A secret goes from one who has it to another. */
const handOver = fc.record({ from: who, to: index }).map(({ from, to }) =>
  move('hand over', async world => {
    const giver = pick(world.agents, from.agent) as Agent
    const taker = pick(world.agents, to) as Agent
    const secret = pick(giver.secrets, from.secret)
    // The operator keeps his own to himself: else there is nothing left to find out.
    if (secret === undefined || giver === taker || giver.name === 'admin') return
    world.history.push(`${giver.name} hands ${taker.name} a ${secret.kind}`)
    taker.secrets.push(secret)
  }),
)

const wait = fc.integer({ min: 1, max: 30 }).map(minutes =>
  move('wait', async world => {
    world.history.push(`${minutes} minutes pass`)
    world.parts.clock.advance(minutes * 60_000)
  }),
)

const signOut = who.map(({ agent, secret }) =>
  move('sign out', async world => {
    const sessions = pick(world.agents, agent)?.secrets.filter(one => one.kind === 'session') ?? []
    const key = pick(sessions, secret)?.key
    if (key === undefined) return
    const there = world.sessions.some(one => one.key === key && one.until > world.parts.clock.nowMs())
    const gone = await world.parts.authority.sessions.signOut(key).then(
      () => true,
      () => false,
    )
    if (gone !== there) throw new TypeError('a session that is not there was ended, or one that is there was not')
    if (gone) world.sessions = world.sessions.filter(one => one.key !== key)
  }),
)

/** What hands out permissions is tried more often than the rest. */
const WEIGHTS: Readonly<Record<string, number>> = { 'create authorization': 5, 'replace permissions': 3 }

const calls = Object.entries({ ...ON_AUTHORIZATIONS, ...ON_CATALOGUE }).flatMap(([name, one]) => {
  const each = one as Kind<unknown>
  const command = fc.tuple(who, each.arguments).map(([caller, wanted]) =>
    move(name, async world => {
      await call(world, caller, name, each, wanted)
    }),
  )
  return new Array<typeof command>(WEIGHTS[name] ?? 1).fill(command)
})

/** Sequences of moves, up to so many. */
export const moves = (maxCommands: number) =>
  fc.commands([...calls, handOver, wait, signOut], { maxCommands, size: 'max' })

/** What the operator hands out before the others begin: an authorization for some user, its secret for some agent. */
export interface Gift {
  readonly to: number
  readonly org: number
  readonly user: number
  readonly wishes: readonly Wish[]
  readonly minutes: number
}
export const gift: fc.Arbitrary<Gift> = fc.record({
  to: index,
  org: index,
  user: index,
  wishes,
  minutes: fc.oneof(fc.constant(-1), index),
})

export async function give(world: World, { to, ...wanted }: Gift): Promise<void> {
  const operator = { agent: 0, secret: 0 }
  const create = ON_AUTHORIZATIONS['create authorization']
  const effect = await call(world, operator, 'create authorization', create, { ...wanted, v1: 1 } as never)
  const secret = world.agents[0]?.secrets.at(-1)
  if (effect === undefined || secret?.kind !== 'token') return
  world.agents[0]?.secrets.pop()
  const taker = world.agents[1 + (to % (world.agents.length - 1))] as Agent
  taker.secrets.push(secret)
  world.history.push(`admin hands it to ${taker.name}`)
}
