import {
  ACTIONS,
  type Action,
  type Authorization,
  type Permission,
  type Resource,
  type ResourceType,
} from './authorization.ts'
import { inList } from './measurement-limit.ts'
import { manyOf, namingOf, oneOf } from './resource-name.ts'

/** So many names in a row can still be read; the table below the sentence has them all. */
const MOST_NAMES = 4

interface Subject {
  readonly resource: Resource
  readonly actions: Set<Action>
}

/**
 * What a token may do, as clauses of a sentence: "write to bucket raw", "read all buckets of plant".
 *
 * @param types all that the server knows, if that is known; then a token that may do everything is said to
 */
export function permissionWords(
  { permissions, org }: Pick<Authorization, 'permissions' | 'org'>,
  types: readonly ResourceType[] = [],
): string[] {
  const subjects = subjectsOf(permissions)
  const limited = limitedClauses(subjects.filter(({ resource: { measurements } }) => measurements !== undefined))
  const whole = subjects.filter(({ resource: { measurements } }) => measurements === undefined)
  const rest = whole.filter(({ resource: { id } }) => id !== undefined)
  const wides = whole.filter(({ resource: { id } }) => id === undefined)
  if (holdsEverything(wides, types)) {
    const everywhere = wides.every(({ resource: { orgID } }) => orgID === undefined)
    return everywhere
      ? ['do anything in every organization of this server']
      : [`do anything in ${org}`, ...singleClauses(rest.filter(({ resource: { type } }) => !isOwn(type)))]
  }
  return [...singleClauses(rest), ...wideClauses(wides), ...limited]
}

const isOwn = (type: ResourceType) => type === 'orgs' || type === 'users'

function subjectsOf(permissions: readonly Permission[]): Subject[] {
  const subjects = new Map<string, Subject>()
  for (const { action, resource } of permissions) {
    const { type, id, orgID, measurements } = resource
    const where = [type, id ?? '', id === undefined ? (orgID ?? '') : '']
    const key = [...where, JSON.stringify(measurements)].join('/')
    const known = subjects.get(key)
    if (known === undefined) subjects.set(key, { resource, actions: new Set([action]) })
    else known.actions.add(action)
  }
  return [...subjects.values()]
}

/** Of `orgs` and `users` even the widest token of an organization holds its own only. */
function holdsEverything(wides: readonly Subject[], types: readonly ResourceType[]): boolean {
  const needed = types.filter(type => type !== 'instance' && !isOwn(type))
  const holds = (type: ResourceType) =>
    wides.some(({ resource, actions }) => resource.type === type && actions.size === ACTIONS.length)
  return needed.length > 0 && needed.every(holds)
}

function verbOf(actions: ReadonlySet<Action>): string {
  if (actions.size === ACTIONS.length) return 'read and write'
  return actions.has('write') ? 'write to' : 'read'
}

/** Together what has the same verb and the same rest of the clause, in the order of first mention. */
function grouped(subjects: readonly Subject[], restOf: (resource: Resource) => string): Subject[][] {
  const groups = new Map<string, Subject[]>()
  for (const subject of subjects) {
    const key = `${verbOf(subject.actions)}|${restOf(subject.resource)}`
    groups.set(key, [...(groups.get(key) ?? []), subject])
  }
  return [...groups.values()]
}

function listed(names: readonly string[]): string {
  const shown = names.length > MOST_NAMES + 1 ? names.slice(0, MOST_NAMES) : names
  const more = names.length - shown.length
  const all = more > 0 ? [...shown, `${more} more`] : shown
  return all.length === 1 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}

function singleClauses(subjects: readonly Subject[]): string[] {
  return grouped(subjects, ({ type }) => type).map(group => {
    const [{ resource, actions }] = group as [Subject]
    const noun = group.length === 1 ? oneOf(resource.type) : manyOf(resource.type)
    return `${verbOf(actions)} ${noun} ${listed(group.map(({ resource }) => known(resource)))}`
  })
}

const known = (resource: Resource) =>
  (resource.name ?? resource.id ?? '') + (namingOf(resource) === 'deleted' ? ' (deleted)' : '')

/** "write to measurements cpu and mem of bucket raw". */
function limitedClauses(subjects: readonly Subject[]): string[] {
  return subjects.map(({ resource, actions }) => {
    const { type, id, measurements = [] } = resource
    const noun = measurements.length === 1 ? 'measurement' : 'measurements'
    const where = id === undefined ? `all ${manyOf(type)} of ${placeOf(resource)}` : `${oneOf(type)} ${known(resource)}`
    return `${verbOf(actions)} ${noun} ${listed(measurements.map(inList))} of ${where}`
  })
}

const placeOf = ({ orgID, org }: Resource) => (orgID === undefined ? 'every organization' : (org ?? orgID))

function wideClauses(subjects: readonly Subject[]): string[] {
  return grouped(subjects, placeOf).map(group => {
    const [{ resource, actions }] = group as [Subject]
    const nouns = group.map(({ resource: { type } }) => manyOf(type))
    return `${verbOf(actions)} all ${listed(nouns)} of ${placeOf(resource)}`
  })
}
