import { AppError } from '../domain/errors.ts'
import { type Id, parseId } from '../domain/id.ts'

/**
 * A JSON object's fields, read as InfluxDB reads them: names in any case, of two the last counts, null is absent, unknown
 * ones are not looked at. Each method throws AppError `invalid` that names the field.
 */
export interface Fields {
  has(name: string): boolean
  isNull(name: string): boolean
  text(name: string): string | undefined
  texts(name: string): string[] | undefined
  boolean(name: string): boolean | undefined
  integer(name: string): number | undefined
  id<Kind extends string>(name: string): Id<Kind> | undefined
  object(name: string): Fields | undefined
  objects(name: string): Fields[] | undefined
}

/** Turns the description of a fault into the error that the endpoint's clients know. */
export type Fail = (detail: string) => AppError

export const failWith =
  (prefix: string): Fail =>
  detail =>
    new AppError('invalid', prefix + detail)

/** @param value an object, or null, which is like an empty one; anything else is a fault */
export function fieldsOf(value: unknown, fail: Fail, path = ''): Fields {
  if (value !== null && (typeof value !== 'object' || Array.isArray(value))) {
    throw fail(path === '' ? 'the body must be a JSON object' : `${path} must be an object`)
  }
  const fields = new Map(Object.entries(value ?? {}).map(([name, field]) => [name.toLowerCase(), field]))
  const get = (name: string): unknown => fields.get(name.toLowerCase()) ?? undefined
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)

  function typed<T>(name: string, wanted: string, is: (field: unknown) => field is T): T | undefined {
    const field = get(name)
    if (field === undefined || is(field)) return field
    throw fail(`${at(name)} must be ${wanted}`)
  }
  const array = (name: string) => typed(name, 'an array', Array.isArray) as unknown[] | undefined
  const text = (name: string) => {
    const field = typed(name, 'a string', field => typeof field === 'string')
    if (field?.isWellFormed() === false) throw fail(`${at(name)} contains half of a surrogate pair`)
    return field
  }

  return {
    has: name => fields.has(name.toLowerCase()),
    isNull: name => fields.get(name.toLowerCase()) === null,
    text,
    texts: name =>
      array(name)?.map((entry, index) => {
        if (typeof entry !== 'string') throw fail(`${at(name)}[${index}] must be a string`)
        if (!entry.isWellFormed()) throw fail(`${at(name)}[${index}] contains half of a surrogate pair`)
        return entry
      }),
    boolean: name => typed(name, 'true or false', field => typeof field === 'boolean'),
    integer: name => typed(name, 'an integer', (field): field is number => Number.isSafeInteger(field)),
    id(name) {
      const field = text(name)
      if (field === undefined) return undefined
      try {
        return parseId(field)
      } catch (cause) {
        throw fail((cause as Error).message)
      }
    },
    object(name) {
      const field = get(name)
      return field === undefined ? undefined : fieldsOf(field, fail, at(name))
    },
    objects(name) {
      return array(name)?.map((entry, index) => fieldsOf(entry, fail, `${at(name)}[${index}]`))
    },
  }
}

const CONTROL = /[\u0000-\u001f\u007f]/
/** Line breaks and tabs are part of a description's text. */
const CONTROL_IN_TEXT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/
const MAX_NAME_LENGTH = 1024

/** A name that people will see in one line. @throws AppError `invalid`, naming the field */
export function checkName(field: string, name: string): string {
  if (CONTROL.test(name)) throw new AppError('invalid', `${field} must not contain control characters`)
  if (name.length > MAX_NAME_LENGTH)
    throw new AppError('invalid', `${field} must have at most ${MAX_NAME_LENGTH} characters`)
  return name
}

/** Text of any script, in any number of lines. @throws AppError `invalid`, naming the field */
export function checkText(field: string, text: string, maxCharacters: number): string {
  if (CONTROL_IN_TEXT.test(text)) throw new AppError('invalid', `${field} must not contain control characters`)
  // Counted as people count: an emoji is one, though it takes two units. The units bound the work.
  if (text.length > maxCharacters && (text.length > 2 * maxCharacters || [...text].length > maxCharacters)) {
    throw new AppError('invalid', `${field} must have at most ${maxCharacters} characters`)
  }
  return text
}
