import { ACTIONS, type Action, collator, type Permission, type ResourceType } from './authorization.ts'
import { limitFault, namesIn, togetherFault } from './measurement-limit.ts'
import { offered, type Place, wide } from './permission-list.ts'

/** One object that can be picked by itself. */
export interface Item {
  readonly type: ResourceType
  readonly id: string
  readonly name: string
  /** System buckets come after those of people. */
  readonly isSystem?: boolean
}

/** What is ticked while a custom token is put together. Values are never changed in place. */
export interface Selection {
  /** `action type` of what covers a whole type. */
  readonly wide: ReadonlySet<string>
  /** `action type id` of single objects; never of what `wide` covers. */
  readonly single: ReadonlyMap<string, Item>
  /** By bucket id, the measurements that its single permissions are limited to, as they were typed. Kept while it is not ticked. */
  readonly limits: ReadonlyMap<string, string>
}

/** As a checkbox shows it. */
export type Check = boolean | 'mixed'

export const NOTHING: Selection = { wide: new Set(), single: new Map(), limits: new Map() }

const wideKey = (action: Action, type: ResourceType) => `${action} ${type}`
const singleKey = (action: Action, { type, id }: Pick<Item, 'type' | 'id'>) => `${action} ${type} ${id}`

export const isWide = ({ wide }: Selection, action: Action, type: ResourceType) => wide.has(wideKey(action, type))

export const isPicked = ({ single }: Selection, action: Action, item: Pick<Item, 'type' | 'id'>) =>
  single.has(singleKey(action, item))

/** Both actions on everything: single objects have nothing to add. */
export const coversAll = (selection: Selection, type: ResourceType) =>
  ACTIONS.every(action => isWide(selection, action, type))

/** Ticks or unticks a whole type. Single objects follow: they are covered from now on, or unticked with it. */
export function setWide(selection: Selection, action: Action, type: ResourceType, on: boolean): Selection {
  const chosen = new Set(selection.wide)
  if (on) chosen.add(wideKey(action, type))
  else chosen.delete(wideKey(action, type))
  const prefix = `${wideKey(action, type)} `
  const single = new Map([...selection.single].filter(([key]) => !key.startsWith(prefix)))
  return { ...selection, wide: chosen, single }
}

/** Sets all types to one value, whatever each was. */
export function setWides(selection: Selection, action: Action, types: readonly ResourceType[], on: boolean): Selection {
  return types.reduce((so, type) => setWide(so, action, type, on), selection)
}

/** Ticks or unticks one object. What the whole type covers cannot be changed by itself. */
export function setSingle(selection: Selection, action: Action, item: Item, on: boolean): Selection {
  if (isWide(selection, action, item.type)) return selection
  const single = new Map(selection.single)
  if (on) single.set(singleKey(action, item), item)
  else single.delete(singleKey(action, item))
  return { ...selection, single }
}

export const limitOn = ({ limits }: Selection, { id }: Item): string => limits.get(id) ?? ''

/** Limits what is ticked of one bucket by itself. What the whole type covers is not limited. */
export function setLimit(selection: Selection, { id }: Item, typed: string): Selection {
  return { ...selection, limits: new Map(selection.limits).set(id, typed) }
}

/** Why the server would refuse the limits of what is ticked; undefined if it would not. */
export function limitsFault(selection: Selection): string | undefined {
  const items = [...selection.single.values()]
  const wrong = items.find(item => limitFault(limitOn(selection, item)) !== undefined)
  if (wrong !== undefined) return `Correct the measurements of bucket ${wrong.name}.`
  return togetherFault(items.map(item => limitOn(selection, item)))
}

/** The box of a whole type: mixed while only some of its objects are ticked. */
export function wideCheck(selection: Selection, action: Action, type: ResourceType): Check {
  if (isWide(selection, action, type)) return true
  const prefix = `${wideKey(action, type)} `
  return [...selection.single.keys()].some(key => key.startsWith(prefix)) && 'mixed'
}

/** The box of several types: mixed while they differ. */
export function widesCheck(selection: Selection, action: Action, types: readonly ResourceType[]): Check {
  const ticked = types.filter(type => isWide(selection, action, type)).length
  if (ticked === 0) return false
  return ticked === types.length || 'mixed'
}

/** How many boxes are ticked. */
export const ticked = ({ wide, single }: Selection) => wide.size + single.size

/** How many ticked boxes are on lines of which `isShown` says no. */
export function tickedBut(
  selection: Selection,
  isShown: (line: { readonly type: ResourceType; readonly name?: string }) => boolean,
): number {
  const types = [...selection.wide].map(key => key.split(' ')[1] as ResourceType)
  return [...types.map(type => ({ type })), ...selection.single.values()].filter(line => !isShown(line)).length
}

export const byPlace = (a: Item, b: Item) =>
  Number(a.isSystem ?? false) - Number(b.isSystem ?? false) ||
  collator.compare(a.name, b.name) ||
  collator.compare(a.id, b.id)

/**
 * What is sent: types in the server's order; of each first what covers it all, then object by object, read before write.
 * Page contract 12.5.
 */
export function permissionsOf(selection: Selection, types: readonly ResourceType[], place: Place): Permission[] {
  return offered(types).flatMap(type => {
    const wides = ACTIONS.filter(action => isWide(selection, action, type)).map(action => wide(action, type, place))
    const items = new Map(
      [...selection.single.values()].filter(item => item.type === type).map(item => [item.id, item]),
    )
    const singles = [...items.values()].toSorted(byPlace).flatMap(item => {
      const measurements = namesIn(limitOn(selection, item))
      return ACTIONS.filter(action => isPicked(selection, action, item)).map(action => ({
        action,
        resource: {
          type,
          id: item.id,
          orgID: place.orgID,
          name: item.name,
          ...(measurements.length > 0 && { measurements }),
        },
      }))
    })
    return [...wides, ...singles]
  })
}
