import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { MAX_DESCRIPTION_LENGTH, STATUSES } from '../../src/domain/authorization.ts'
import { ERROR_CODES } from '../../src/domain/errors.ts'
import { ACTIONS, RESOURCE_TYPES } from '../../src/domain/permission.ts'
import {
  at,
  complaint,
  follow,
  METHODS,
  type Operation,
  openapi,
  type Parameter,
  type Place,
  type Response,
  ROOT,
  resolved,
  type Schema,
  validatorAt,
} from './document.ts'

const run = promisify(execFile)
const binary = (name: string) => fileURLToPath(new URL(`node_modules/.bin/${name}`, ROOT))
const cwd = fileURLToPath(ROOT)

interface Entry {
  readonly name: string
  readonly path: string
  readonly place: Place
  readonly operation: Operation
  readonly parameters: readonly Parameter[]
}

const entries: readonly Entry[] = Object.entries(openapi.paths).flatMap(([path, item]) =>
  METHODS.flatMap(method => {
    const operation = item[method]
    if (operation === undefined) return []
    const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(each => resolved(each))
    return [{ name: `${method.toUpperCase()} ${path}`, path, place: ['paths', path, method], operation, parameters }]
  }),
)

/** Calls `visit` with every object in the document. */
function walk(value: unknown, place: Place, visit: (object: Record<string, unknown>, place: Place) => void): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) visit(value as Record<string, unknown>, place)
  for (const [key, child] of Object.entries(value)) walk(child, [...place, key], visit)
}

/** Every place with a media type: bodies of requests and of answers. */
function contents(part: 'requestBody' | 'responses'): Place[] {
  return entries.flatMap(({ place, operation }) => {
    const bodies = part === 'requestBody' ? [[...place, part]] : answersOf(operation, place)
    return bodies.flatMap(body => {
      const content = (at(body) as Partial<Response> | undefined)?.content ?? {}
      return Object.keys(content).map(type => [...body, 'content', type])
    })
  })
}

const answersOf = (operation: Operation, place: Place): Place[] =>
  Object.keys(operation.responses).map(status => follow([...place, 'responses', status]))

/** Calls `visit` with a schema, all schemas in it, and all to which it refers. */
function walkSchema(place: Place, visit: (schema: Schema, place: Place) => void, seen = new Set<string>()): void {
  walk(at(place), place, (object, where) => {
    if (!('$ref' in object)) return visit(object, where)
    const target = follow(where)
    if (seen.has(target.join(' '))) return
    seen.add(target.join(' '))
    walkSchema(target, visit, seen)
  })
}

const propertiesOf = (name: string) => openapi.components.schemas[name]!.properties as Record<string, Schema>

describe('the document', () => {
  test('every $ref leads to something', () => {
    const broken: string[] = []
    walk(openapi, [], (object, place) => {
      if (typeof object.$ref === 'string' && at(follow(place)) === undefined) broken.push(object.$ref)
    })
    expect(broken).toEqual([])
  })

  test('every schema, parameter and header compiles', () => {
    const schemas: Place[] = []
    walk(openapi, [], (object, place) => {
      if ('schema' in object) schemas.push([...place, 'schema'])
    })
    schemas.push(...Object.keys(openapi.components.schemas).map(name => ['components', 'schemas', name]))
    expect(schemas.length).toBeGreaterThan(100)
    for (const place of schemas) expect(() => validatorAt(place), place.join(' ')).not.toThrow()
  })

  test('every component is used', () => {
    const text = JSON.stringify(openapi)
    const names = Object.entries(openapi.components).flatMap(([kind, members]) =>
      kind === 'securitySchemes' ? [] : Object.keys(members).map(name => `#/components/${kind}/${name}`),
    )
    expect(names.filter(name => !text.includes(`"${name}"`))).toEqual([])
  })

  test('operation ids are unique', () => {
    const ids = entries.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('what is known in more than one place is the same in each', () => {
    expect(propertiesOf('Error').code!.enum).toEqual(ERROR_CODES)
    expect(openapi.components.schemas.ResourceType!.enum).toEqual(RESOURCE_TYPES)
    expect(openapi.components.schemas.Action!.enum).toEqual(ACTIONS)
    expect(openapi.components.schemas.Status!.enum).toEqual(STATUSES)
    for (const name of ['Authorization', 'AuthorizationCreate', 'AuthorizationUpdate']) {
      expect(propertiesOf(name).description!.maxLength, name).toBe(MAX_DESCRIPTION_LENGTH)
    }
  })

  test('what the server sends is closed: no object may have keys that are not described', () => {
    const open: string[] = []
    for (const place of contents('responses')) {
      walkSchema([...place, 'schema'], (schema, where) => {
        // Beside a `$ref`, only the `code` of an error is narrowed; the schema referred to is closed.
        if (schema.type === 'object' && !('additionalProperties' in schema)) open.push(where.join(' '))
      })
    }
    expect(open).toEqual([])
  })

  test('what clients send is open: unknown fields are ignored', () => {
    const closed: string[] = []
    for (const place of contents('requestBody')) {
      walkSchema([...place, 'schema'], (schema, where) => {
        if ('additionalProperties' in schema) closed.push(where.join(' '))
      })
    }
    expect(closed).toEqual([])
  })

  test('every example conforms to its schema', () => {
    const wrong: unknown[] = []
    for (const place of [...contents('requestBody'), ...contents('responses')]) {
      const examples = (at([...place, 'examples']) ?? {}) as Record<string, { value: unknown }>
      for (const [name, { value }] of Object.entries(examples)) {
        const found = complaint([...place, 'schema'], value, name)
        if (found !== undefined) wrong.push(`${place.join(' ')}: ${found}`)
      }
    }
    expect(wrong).toEqual([])
  })
})

describe.each(entries)('$name', ({ path, place, operation, parameters }) => {
  test('has a name, a summary, a description and a known tag', () => {
    expect(operation.operationId).toMatch(/^[a-z]+([A-Z][a-z0-9]*)+$/)
    expect(operation.summary).toMatch(/\S/)
    expect(operation.description).toMatch(/\.$/)
    expect(openapi.tags.map(({ name }) => name)).toEqual(expect.arrayContaining([...(operation.tags ?? [])]))
    expect(operation.tags).toHaveLength(1)
  })

  test('declares exactly the parameters of its path, and none twice', () => {
    const inPath = [...path.matchAll(/\{(.+?)\}/g)].map(match => match[1]!)
    const declared = parameters.filter(parameter => parameter.in === 'path')
    expect(declared.map(({ name }) => name).sort()).toEqual(inPath.sort())
    expect(declared.every(({ required }) => required === true)).toBe(true)
    const keys = parameters.map(parameter => `${parameter.in} ${parameter.name}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('can succeed, can be refused with an Error, and can always be 503', () => {
    const statuses = Object.keys(operation.responses)
    expect(statuses.some(status => status.startsWith('2'))).toBe(true)
    const refusals = statuses.filter(status => !status.startsWith('2')).map(status => [...place, 'responses', status])
    const schemas = refusals.map(refusal => at([...follow(refusal), 'content', 'application/json', 'schema']))
    expect(schemas).toContainEqual(expect.objectContaining({ $ref: '#/components/schemas/Error' }))
    expect(statuses).toContain('503')
  })

  test('can be 401 and 403 wherever it takes a credential, and 413 wherever it takes a body', () => {
    const statuses = Object.keys(operation.responses)
    if (operation.security === undefined) expect(statuses).toEqual(expect.arrayContaining(['401', '403']))
    if (operation.requestBody !== undefined) expect(statuses).toEqual(expect.arrayContaining(['400', '413']))
  })
})

test('the generated types are those of the document', async () => {
  const generated = await run(binary('openapi-typescript'), ['openapi.json'], { cwd, maxBuffer: 1 << 24 })
  const formatted = execFileSync(binary('biome'), ['format', '--stdin-file-path=src/client/schema.ts'], {
    cwd,
    input: generated.stdout,
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  })
  const committed = readFileSync(new URL('src/client/schema.ts', ROOT), 'utf8')
  expect(formatted === committed, 'src/client/schema.ts is out of date: run npm run types').toBe(true)
}, 60_000)
