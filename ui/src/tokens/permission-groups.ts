import {
  ACTIONS,
  type Action,
  type Authorization,
  collator,
  type Resource,
  type ResourceType,
} from './authorization.ts'
import { headingOf, type Naming, namingOf, oneOf } from './resource-name.ts'
import { matches } from './text-match.ts'

/** One line of what a token may do. */
export interface GroupLine {
  readonly key: string
  readonly type: ResourceType
  readonly label: string
  /** Of one object; a line without it speaks of all of the type. */
  readonly id?: string
  readonly naming: Naming
  /** Those that it is limited to; empty for all. */
  readonly measurements: readonly string[]
  readonly actions: ReadonlySet<Action>
}

export interface PermissionGroup {
  readonly kind: 'buckets' | 'telegrafs' | 'other'
  readonly title: string
  readonly lines: readonly GroupLine[]
}

const SYSTEM_BUCKETS = ['_monitoring', '_tasks']

function whereOf({ orgID, org }: Resource, home: string): string {
  if (orgID === home) return ''
  return orgID === undefined ? ' of every organization' : ` of ${org ?? orgID}`
}

/** What a line is called. One object is never called "All". */
export function labelOf(resource: Resource, home: string): string {
  const { type, id, name } = resource
  if (type === 'instance') return 'Instance: everything on this server'
  if (id === undefined) return `All ${headingOf(type)}${whereOf(resource, home)}`
  const known = name ?? id
  if (type === 'buckets') return known
  const one = oneOf(type)
  return `${one.charAt(0).toUpperCase()}${one.slice(1)} ${known}`
}

function linesOf({ permissions, orgID: home }: Authorization): GroupLine[] {
  const lines = new Map<string, GroupLine & { actions: Set<Action> }>()
  for (const { action, resource } of permissions) {
    const { type, id, orgID, measurements = [] } = resource
    const key = [type, id ?? '', id === undefined ? (orgID ?? '') : '', JSON.stringify(measurements)].join('/')
    const known = lines.get(key)
    if (known !== undefined) known.actions.add(action)
    else {
      const naming = id === undefined ? 'named' : namingOf(resource)
      const label = labelOf(resource, home)
      const actions = new Set([action])
      lines.set(key, { key, type, label, naming, measurements, actions, ...(id !== undefined && { id }) })
    }
  }
  return [...lines.values()]
}

const rank = ({ id, label }: GroupLine) => (id === undefined ? 0 : SYSTEM_BUCKETS.includes(label) ? 2 : 1)

const byRank = (a: GroupLine, b: GroupLine) => rank(a) - rank(b) || collator.compare(a.label, b.label)

/** Of one type: the line of all of it first, and single ones only where they add something. */
function typeLines(lines: readonly GroupLine[], type: ResourceType): GroupLine[] {
  const own = lines.filter(line => line.type === type)
  const wide = own.filter(({ id, measurements }) => id === undefined && measurements.length === 0)
  const all = new Set(wide.flatMap(({ actions }) => [...actions]))
  const shown = all.size === ACTIONS.length ? wide : own
  return shown.toSorted(byRank)
}

/** A token's permissions as its details show them. Page contract 9. Groups without a line are left out. */
export function permissionGroups(authorization: Authorization): PermissionGroup[] {
  const lines = linesOf(authorization)
  const others = lines.filter(({ type }) => type !== 'buckets' && type !== 'telegrafs')
  const groups: PermissionGroup[] = [
    { kind: 'buckets', title: 'Buckets', lines: typeLines(lines, 'buckets') },
    { kind: 'telegrafs', title: 'Telegrafs', lines: typeLines(lines, 'telegrafs') },
    {
      kind: 'other',
      title: 'Other Resources',
      lines: others.toSorted(
        (a, b) => collator.compare(headingOf(a.type), headingOf(b.type)) || rank(a) - rank(b) || byRank(a, b),
      ),
    },
  ]
  return groups.filter(({ lines }) => lines.length > 0)
}

/** Those lines of a group that a filter leaves. What covers all buckets or all Telegrafs always stays. */
export function filtered({ kind, lines }: PermissionGroup, term: string): readonly GroupLine[] {
  return lines.filter(
    ({ id, label, measurements }) =>
      (kind !== 'other' && id === undefined) || [label, ...measurements].some(text => matches(text, term)),
  )
}
