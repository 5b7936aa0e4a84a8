// What must hold after each call, whoever made it and whatever it was.

import type { Permission } from '../../src/domain/permission.ts'
import { coversAny } from '../../src/domain/permission.ts'
import { decide, isDenial } from '../../src/domain/verdict.ts'
import { allows, type Deed, deedsOn, type Lasting, operatorSet, permission, powerOver } from './reach.ts'
import {
  type Agent,
  isMasterOf,
  type ModelAuthorization,
  powerOf,
  reachOfAgent,
  type Secret,
  userOf,
  verify,
  type World,
} from './world.ts'

/** Who called, by which secret, and what that one was good for when he did. */
export interface By {
  readonly agent: Agent
  readonly secret: Secret
  readonly userId: string
  readonly power: readonly Lasting[]
}

/** What a call did, as far as the rules ask. */
export interface Effect {
  /** The ids of what it was about. */
  readonly about?: readonly string[]
  /** An org that was created: its creator owns it, and nobody held it before. */
  readonly newOrgId?: string
  /** What was handed out, and until when. */
  readonly handedOut?: Lasting
  /** Authorizations as they were before they were changed, deleted, or taken out of force. */
  readonly touched?: readonly ModelAuthorization[]
  /** An authorization whose expiry was moved, and to when. */
  readonly moved?: { readonly authorization: ModelAuthorization; readonly until: number }
}

/** The world before a call. */
export interface Before {
  readonly reaches: readonly (readonly Permission[])[]
  readonly marks: string
  readonly hasOperator: boolean
}

export async function before(world: World): Promise<Before> {
  return {
    reaches: world.agents.map(agent => reachOfAgent(world, agent)),
    marks: await world.parts.marks(),
    hasOperator: hasOperator(world),
  }
}

const deedsIn = (world: World) => deedsOn({ ...world, users: world.users.filter(({ deleted }) => !deleted) })

function broken(world: World, rule: string): never {
  throw new Error(`${rule}\n${world.history.map((call, at) => `  ${at + 1}. ${call}`).join('\n')}`)
}

const inWords = ({ action, type, id, org, measurement }: Deed) =>
  `${action} ${measurement === undefined ? '' : `${measurement} of `}${type} ${id ?? 'any'} in ${org ?? 'no org'}`

/** A call that was refused changed nothing. */
export async function checkRefused(world: World, { marks }: Before): Promise<void> {
  if ((await world.parts.marks()) !== marks) broken(world, 'a refused call changed something')
}

/** A call that was accepted kept the rules of docs/security.md. */
export async function checkAccepted(world: World, was: Before, by: By, effect: Effect): Promise<void> {
  const deeds = deedsIn(world)
  const power = powerOver(deeds, by.power)
  checkGains(world, deeds, was, { by, power, effect })
  if (effect.handedOut !== undefined) checkLasting(world, deeds, power, effect.handedOut)
  if (effect.moved !== undefined) checkMoved(world, by, effect.moved)
  for (const authorization of effect.touched ?? []) checkRank(world, deeds, by, authorization)
  await checkAgainstReality(world, deeds)
}

/** The invariant: what anybody gains by a call, the caller held by the very secret with which he called. */
function checkGains(
  world: World,
  deeds: readonly Deed[],
  { reaches }: Before,
  { by, power, effect: { newOrgId } }: { by: By; power: readonly number[]; effect: Effect },
): void {
  world.agents.forEach((agent, at) => {
    const held = reaches[at] ?? []
    const holds = reachOfAgent(world, agent)
    const creator = newOrgId !== undefined && isMasterOf(world, agent, by.userId)
    deeds.forEach((deed, index) => {
      const gained = holds.some(one => allows(one, deed)) && !held.some(one => allows(one, deed))
      if (!gained || (power[index] ?? 0) > 0) return
      if (creator && (deed.org === newOrgId || (deed.type === 'orgs' && deed.id === newOrgId))) return
      broken(world, `${agent.name} came to hold "${inWords(deed)}", which the caller did not hold`)
    })
  })
}

/** Nobody outlives himself: what is handed out ends with that on the strength of which it was handed out. */
function checkLasting(world: World, deeds: readonly Deed[], power: readonly number[], handedOut: Lasting): void {
  deeds.forEach((deed, index) => {
    if (!handedOut.permissions.some(one => allows(one, deed))) return
    if (handedOut.until <= (power[index] ?? 0)) return
    broken(world, `"${inWords(deed)}" was handed out for longer than the caller holds it`)
  })
}

function checkMoved(world: World, by: By, { authorization: { id, orgId }, until }: NonNullable<Effect['moved']>): void {
  const [held = 0] = powerOver([{ action: 'write', type: 'authorizations', id, org: orgId }], by.power)
  if (until > held) broken(world, `the expiry of ${id} was moved beyond that of the caller`)
}

/** Nobody touches what outranks him. */
function checkRank(
  world: World,
  deeds: readonly Deed[],
  by: By,
  { id, orgId, userId, permissions }: ModelAuthorization,
) {
  const outside = ({ type, id: object, org }: Deed) =>
    object === undefined && org === undefined
      ? true
      : type === 'orgs'
        ? object !== orgId
        : type === 'users'
          ? object !== userId
          : org !== orgId
  const wide = deeds.some(deed => outside(deed) && permissions.some(one => allows(one, deed)))
  const [mayTouchAny = 0] = powerOver([{ action: 'write', type: 'authorizations' }], by.power)
  if (wide && mayTouchAny === 0) broken(world, `authorization ${id}, which outranks the caller, was touched`)
}

/** The last operator's org cannot be deleted. To be called for deletions of orgs. */
export function checkOperatorLeft(world: World, { hasOperator: was }: Before): void {
  if (was && !hasOperator(world)) broken(world, 'the org of the last active operator was deleted')
}

function hasOperator(world: World): boolean {
  const nowMs = world.parts.clock.nowMs()
  return world.authorizations.some(
    ({ kind, active, until, userId, permissions }) =>
      kind === 'api' &&
      active &&
      nowMs < until &&
      userOf(world, userId)?.active === true &&
      operatorSet().every(one => coversAny(permissions, one)),
  )
}

/** For each secret that anybody has, what the program makes of it is what the model says. */
async function checkAgainstReality(world: World, deeds: readonly Deed[]): Promise<void> {
  const nowMs = world.parts.clock.nowMs()
  const demands = deeds.map(({ action, type, id, org, measurement }) =>
    permission(action, type, { id, orgId: org, measurements: measurement === undefined ? undefined : [measurement] }),
  )
  for (const { name, secrets } of world.agents) {
    for (const secret of secrets) {
      if (secret.kind === 'password') continue
      const expected = powerOver(deeds, powerOf(world, secret, nowMs))
      const caller = await verify(world, secret)
      demands.forEach((demand, index) => {
        const real = !isDenial(caller) && decide(caller, [demand], nowMs).allow
        const wanted = (expected[index] ?? 0) > nowMs
        if (real === wanted) return
        const verb = real ? 'allows' : 'refuses'
        broken(world, `a ${secret.kind} of ${name} ${verb} "${inWords(deeds[index] as Deed)}", against the rules`)
      })
    }
  }
}
