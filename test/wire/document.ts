import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

export const ROOT = new URL('../../', import.meta.url)
export const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const

export type Method = (typeof METHODS)[number]
export type Schema = Readonly<Record<string, unknown>>
export interface Reference {
  readonly $ref: string
}
export interface MediaType {
  readonly schema: Schema
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}
export type Content = Readonly<Record<string, MediaType>>
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header' | 'cookie'
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
}
export interface Response {
  readonly description: string
  readonly content?: Content
}
export interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly security?: readonly unknown[]
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, Response | Reference>>
}
export type PathItem = Readonly<Partial<Record<Method, Operation>>> & {
  readonly parameters?: readonly (Parameter | Reference)[]
}
export interface OpenApi {
  readonly openapi: string
  readonly paths: Readonly<Record<string, PathItem>>
  readonly tags: readonly { readonly name: string }[]
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly securitySchemes: Readonly<Record<string, unknown>>
  }
}

/** What our HTTP API promises, as the file in the repository says it. */
export const openapi: OpenApi = JSON.parse(readFileSync(new URL('openapi.json', ROOT), 'utf8'))

/** A way into the document, key by key. */
export type Place = readonly string[]

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true })
addFormats.default(ajv)
// To Ajv the document is one big schema; its top-level keys are no keywords to check.
ajv.addVocabulary(Object.keys(openapi))
ajv.addSchema(openapi, 'openapi.json')

const placeOf = (ref: string): Place =>
  ref
    .replace(/^#\//, '')
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))

const pointerTo = (place: Place): string =>
  place.map(part => `/${encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')

/** What stands at a place; undefined if nothing does. */
export function at(place: Place): unknown {
  let value: unknown = openapi
  for (const part of place) value = (value as Record<string, unknown> | undefined)?.[part]
  return value
}

/** The place itself, or the one to which a `$ref` there leads. */
export function follow(place: Place): Place {
  const ref = (at(place) as Partial<Reference> | undefined)?.$ref
  return ref === undefined ? place : follow(placeOf(ref))
}

/** The value itself, or the one to which it refers. */
export function resolved<T extends object>(value: T | Reference): T {
  return '$ref' in value ? (at(follow(placeOf(value.$ref))) as T) : value
}

const validators = new Map<string, ValidateFunction>()

/** Compiles the schema at a place, once. Throws if it is no valid schema or refers to nothing. */
export function validatorAt(place: Place): ValidateFunction {
  const $ref = `openapi.json#${pointerTo(place)}`
  const known = validators.get($ref)
  if (known !== undefined) return known
  const validator = ajv.compile({ $ref })
  validators.set($ref, validator)
  return validator
}

/** Says what is wrong with a value by the schema at a place; undefined if nothing is. */
export function complaint(place: Place, value: unknown, name: string): string | undefined {
  const validate = validatorAt(place)
  return validate(value) ? undefined : ajv.errorsText(validate.errors, { dataVar: name, separator: '; ' })
}
