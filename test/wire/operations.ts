import { at, follow, METHODS, openapi, type Parameter, type Place, resolved, type Schema } from './document.ts'

/** One thing that the API does, as `openapi.json` describes it. */
export interface ApiOperation {
  /** `GET /api/v2/users`. */
  readonly name: string
  readonly method: string
  /** With the parameters in braces. */
  readonly path: string
  /** Whether it answers without a credential of the ordinary kind. */
  readonly open: boolean
  readonly parameters: readonly Parameter[]
  /** The schema of its body; undefined if it takes none. */
  readonly body: Schema | undefined
}

/** Everything that the API does. */
export const operations: readonly ApiOperation[] = Object.entries(openapi.paths).flatMap(([path, item]) =>
  METHODS.flatMap(method => {
    const operation = item[method]
    if (operation === undefined) return []
    const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(one =>
      resolved<Parameter>(one),
    )
    const content = operation.requestBody?.content['application/json']
    const place: Place = ['paths', path, method, 'requestBody', 'content', 'application/json', 'schema']
    const body = content === undefined ? undefined : (at(follow(place)) as Schema)
    return [
      {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        open: operation.security !== undefined,
        parameters,
        body,
      },
    ]
  }),
)

/** A schema, or the one to which it refers with what stands beside the reference. */
export function expanded(schema: Schema): Schema {
  const ref = schema.$ref
  if (typeof ref !== 'string') return schema
  const { $ref: _, ...beside } = schema
  return { ...expanded(at(ref.replace(/^#\//, '').split('/')) as Schema), ...beside }
}

/** Whether a schema is that of an id. */
export const isIdSchema = (schema: Schema): boolean =>
  typeof schema.$ref === 'string' && /\/Id(Input)?$/.test(schema.$ref)

/** The properties of an object's schema. */
export const propertiesOf = (schema: Schema): [name: string, schema: Schema][] =>
  Object.entries((expanded(schema).properties ?? {}) as Record<string, Schema>)

/** Every property of a body, with the way to it: `permissions`, then `permissions.0.action`. */
export function* fieldsIn(
  schema: Schema,
  way: readonly string[] = [],
): Generator<{ way: readonly string[]; schema: Schema }> {
  for (const [name, property] of propertiesOf(schema)) {
    const here = [...way, name]
    yield { way: here, schema: property }
    const { type, items } = expanded(property)
    if (type === 'object') yield* fieldsIn(property, here)
    if (type === 'array') yield* fieldsIn(items as Schema, [...here, '0'])
  }
}
