import type { DbrpChange, OrgChoice } from '../../authority/dbrps.ts'
import { AppError } from '../../domain/errors.ts'
import { type Id, parseId } from '../../domain/id.ts'
import { json, noContent } from '../answer.ts'
import { type RequestContext, type RouteMeans, type RouteTable, readFields } from '../context.ts'
import type { Fields } from '../fields.ts'
import { booleanParameter, parameter } from '../parameters.ts'
import { mappingJson } from '../wire.ts'

const DBRPS = '/api/v2/dbrps'

/** Mappings of 1.x databases to buckets. Source: wire contract 5.9. */
export function dbrpRoutes({ authority, maxBodyBytes }: RouteMeans): RouteTable {
  const { dbrps } = authority
  const body = (c: RequestContext) => readFields(c, maxBodyBytes, 'invalid json structure: ')
  const pathDbrp = (c: RequestContext) => namedId<'dbrp'>('DBRP', c.req.param('id') ?? '')
  return {
    [DBRPS]: {
      GET: async c => {
        const mappings = await dbrps.list(c.get('caller'), queryOf(c))
        return json(c, { content: mappings.map(mappingJson) })
      },
      POST: async c => json(c, mappingJson(await dbrps.create(c.get('caller'), newDbrp(await body(c)))), 201),
    },
    [`${DBRPS}/:id`]: {
      GET: async c => {
        const mapping = await dbrps.get(c.get('caller'), pathDbrp(c), orgChoice(c))
        return json(c, { content: mappingJson(mapping) })
      },
      PATCH: async c => {
        const id = pathDbrp(c)
        const choice = orgChoice(c)
        const mapping = await dbrps.change(c.get('caller'), id, choice, changeOf(await body(c)))
        return json(c, { content: mappingJson(mapping) })
      },
      DELETE: async c => {
        await dbrps.delete(c.get('caller'), pathDbrp(c), orgChoice(c))
        return noContent(c)
      },
    },
  }
}

function newDbrp(fields: Fields) {
  const orgId = fields.id<'org'>('orgID')
  const org = fields.text('org')
  const bucketId = fields.id<'bucket'>('bucketID')
  const database = fields.text('database') ?? ''
  const retentionPolicy = fields.text('retention_policy') ?? ''
  const isDefault = fields.boolean('default') ?? false
  if (bucketId === undefined) throw new AppError('invalid', 'invalid json structure: bucketID is required')
  return { bucketId, database, retentionPolicy, isDefault, ...(orgId && { orgId }), ...(org && { org }) }
}

function changeOf(fields: Fields): DbrpChange {
  const retentionPolicy = fields.text('retention_policy')
  const isDefault = fields.boolean('default')
  return {
    ...(retentionPolicy !== undefined && { retentionPolicy }),
    ...(isDefault !== undefined && { isDefault }),
  }
}

function queryOf(c: RequestContext) {
  const id = namedParameter<'dbrp'>(c, 'id', 'DBRP')
  const bucketId = namedParameter<'bucket'>(c, 'bucketID', 'bucket')
  const database = parameter(c, 'db')
  const retentionPolicy = parameter(c, 'rp')
  const isDefault = booleanParameter(c, 'default', 'invalid default parameter')
  return {
    ...orgChoice(c),
    ...(id && { id }),
    ...(bucketId && { bucketId }),
    ...(database !== undefined && { database }),
    ...(retentionPolicy !== undefined && { retentionPolicy }),
    ...(isDefault !== undefined && { isDefault }),
  }
}

function orgChoice(c: RequestContext): OrgChoice {
  const orgId = namedParameter<'org'>(c, 'orgID', 'org')
  const org = parameter(c, 'org')
  return { ...(orgId && { orgId }), ...(org !== undefined && { org }) }
}

function namedParameter<Kind extends string>(c: RequestContext, name: string, what: string): Id<Kind> | undefined {
  const text = parameter(c, name)
  return text === undefined ? undefined : namedId<Kind>(what, text)
}

function namedId<Kind extends string>(what: string, text: string): Id<Kind> {
  try {
    return parseId(text)
  } catch (cause) {
    throw new AppError('invalid', `invalid ${what} ID "${text}": ${(cause as Error).message}`)
  }
}
