import { sorted } from '../output.ts'

/** The fields that are known of an object, all the way down; `true` passes a field on as it is. */
export interface Shape {
  readonly [field: string]: true | 'time' | Shape
}

/** Only what is known of an object or of those in a list, in the order of the alphabet; what has no value is left out. */
export function knownFields(value: unknown, shape: Shape): unknown {
  if (Array.isArray(value)) return value.map(entry => knownFields(entry, shape))
  if (value === null || typeof value !== 'object') return value
  const known = Object.entries(value).filter(([name, field]) => Object.hasOwn(shape, name) && field !== null)
  return sorted(Object.fromEntries(known.map(([name, field]) => [name, passedOn(field, shape[name])])))
}

function passedOn(field: unknown, shape: Shape[string] | undefined): unknown {
  if (typeof shape === 'object') return knownFields(field, shape)
  return shape === 'time' && typeof field === 'string' ? shortTime(field) : field
}

/** RFC 3339 without zeros at the end of the fraction. */
function shortTime(text: string): string {
  return text.replace(/\.(\d*?)0*(?=[Z+-])/i, (_, digits: string) => (digits === '' ? '' : `.${digits}`))
}
