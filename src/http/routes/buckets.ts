import type { Place } from '../../authority/bindings.ts'
import type { BucketQuery, RetentionRule } from '../../authority/buckets.ts'
import { MAX_DESCRIPTION_LENGTH } from '../../domain/authorization.ts'
import { AppError } from '../../domain/errors.ts'
import { json, noContent } from '../answer.ts'
import { type RequestContext, type RouteMeans, type RouteTable, readFields } from '../context.ts'
import { checkName, checkText, type Fields } from '../fields.ts'
import { idParameter, pageParameters, parameter, pathId } from '../parameters.ts'
import { bindingJson, bucketJson, queryEscape } from '../wire.ts'

const BUCKETS = '/api/v2/buckets'

/** Buckets. Source: wire contract 5.8. */
export function bucketRoutes({ authority, maxBodyBytes }: RouteMeans): RouteTable {
  const { buckets, bindings } = authority
  const body = (c: RequestContext) => readFields(c, maxBodyBytes, 'failed to unmarshal json: ')
  return {
    [BUCKETS]: {
      GET: async c => {
        const query = queryOf(c)
        const list = await buckets.list(c.get('caller'), query)
        return json(c, { links: linksOf(query, list.length), buckets: list.map(bucketJson) })
      },
      POST: async c => json(c, bucketJson(await buckets.create(c.get('caller'), newBucket(await body(c)))), 201),
    },
    [`${BUCKETS}/:id`]: {
      GET: async c => json(c, bucketJson(await buckets.get(c.get('caller'), pathId(c, 'id')))),
      PATCH: async c => {
        const id = pathId<'bucket'>(c, 'id')
        return json(c, bucketJson(await buckets.change(c.get('caller'), id, bucketWish(await body(c)))))
      },
      DELETE: async c => {
        await buckets.delete(c.get('caller'), pathId(c, 'id'))
        return noContent(c)
      },
    },
    [`${BUCKETS}/:id/binding`]: {
      GET: async c => json(c, bindingJson(await bindings.get(c.get('caller'), pathId(c, 'id')))),
      PUT: async c => {
        const id = pathId<'bucket'>(c, 'id')
        return json(c, bindingJson(await bindings.set(c.get('caller'), id, placeOf(await body(c)))))
      },
      DELETE: async c => {
        await bindings.remove(c.get('caller'), pathId(c, 'id'))
        return noContent(c)
      },
    },
  }
}

function placeOf(fields: Fields): Place {
  const needed = (name: string) => {
    const text = fields.text(name)
    if (!text) throw new AppError('invalid', `${name} is missing`)
    return checkName(name, text)
  }
  const place = { upstream: needed('upstream'), database: needed('database') }
  return { ...place, retentionPolicy: checkName('retentionPolicy', fields.text('retentionPolicy') ?? '') }
}

function newBucket(fields: Fields) {
  const orgId = fields.id<'org'>('orgID')
  const { name = '', description = '', retentionRules = [] } = bucketWish(fields)
  const rp = fields.text('rp') ?? ''
  if (orgId === undefined) throw new AppError('invalid', 'organization id must be provided')
  return { orgId, name, description, rp: checkName('rp', rp), retentionRules }
}

function bucketWish(fields: Fields) {
  const name = fields.text('name')
  const description = fields.text('description')
  const retentionRules = fields.objects('retentionRules')?.map(ruleOf)
  return {
    ...(name !== undefined && { name: checkName('name', name) }),
    ...(description !== undefined && { description: checkText('description', description, MAX_DESCRIPTION_LENGTH) }),
    ...(retentionRules && { retentionRules }),
  }
}

function ruleOf(fields: Fields): RetentionRule {
  const type = fields.text('type')
  if (type && type !== 'expire') throw new AppError('invalid', 'the type of a retention rule must be expire')
  const everySeconds = fields.integer('everySeconds')
  const shardGroupSeconds = fields.integer('shardGroupDurationSeconds')
  return {
    ...(everySeconds !== undefined && { everySeconds }),
    ...(shardGroupSeconds !== undefined && { shardGroupSeconds }),
  }
}

function queryOf(c: RequestContext): BucketQuery {
  const page = pageParameters<'bucket'>(c)
  const id = idParameter<'bucket'>(c, 'id')
  const orgId = idParameter<'org'>(c, 'orgID')
  const org = parameter(c, 'org')
  const name = parameter(c, 'name')
  return {
    page,
    ...(id && { id }),
    ...(orgId && { orgId }),
    ...(org !== undefined && { org }),
    ...(name !== undefined && { name }),
  }
}

/** The filters appear again, in the order of the alphabet; the name under a key of its own. Source: wire contract 5.8. */
function linksOf({ id, orgId, org, name, page }: BucketQuery, count: number) {
  const { limit, offset, descending, afterId } = page
  const at = (position: number) => {
    const parameters: [string, string | undefined][] = [
      ['after', afterId],
      ['bucket', name],
      ['descending', String(descending)],
      ['id', id],
      ['limit', String(limit)],
      ['offset', String(position)],
      ['org', org],
      ['orgID', orgId],
    ]
    const given = parameters.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${queryEscape(value)}`]))
    return `${BUCKETS}?${given.join('&')}`
  }
  return {
    ...(offset > 0 && { prev: at(Math.max(0, offset - limit)) }),
    self: at(offset),
    ...(count === limit && { next: at(offset + limit) }),
  }
}
