import type { Parent } from '../../authority/members.ts'
import type { Role } from '../../authority/records.ts'
import { AppError } from '../../domain/errors.ts'
import { parseId } from '../../domain/id.ts'
import { json, noContent } from '../answer.ts'
import { type Methods, type RequestContext, type RouteMeans, type RouteTable, readFields } from '../context.ts'
import { pathId } from '../parameters.ts'
import { memberJson } from '../wire.ts'

/** Members and owners of orgs and buckets. Source: wire contract 5.7. */
export function memberRoutes(means: RouteMeans): RouteTable {
  const tables = (['orgs', 'buckets'] as const).flatMap(type =>
    (['member', 'owner'] as const).map(role => roleRoutes(means, type, role)),
  )
  return Object.assign({}, ...tables)
}

function roleRoutes({ authority, maxBodyBytes }: RouteMeans, type: Parent['type'], role: Role): RouteTable {
  const { members } = authority
  const path = (parent: string) => `/api/v2/${type}/${parent}/${role}s`
  const all: Methods = {
    GET: async c => {
      const parent = parentOf(c, type)
      const users = await members.list(c.get('caller'), parent, role)
      return json(c, { links: { self: path(parent.id) }, users: users.map(user => memberJson(user, role)) })
    },
    POST: async c => {
      const parent = parentOf(c, type)
      const userId = (await readFields(c, maxBodyBytes)).id<'user'>('id')
      if (userId === undefined) throw new AppError('invalid', 'user id missing or invalid')
      return json(c, memberJson(await members.add(c.get('caller'), parent, role, userId), role), 201)
    },
  }
  const one: Methods = {
    DELETE: async c => {
      await members.remove(c.get('caller'), parentOf(c, type), pathId(c, 'userId'))
      return noContent(c)
    },
  }
  return { [path(':id')]: all, [`${path(':id')}/:userId`]: one }
}

function parentOf(c: RequestContext, type: Parent['type']): Parent {
  try {
    return { type, id: parseId(c.req.param('id') ?? '') } as Parent
  } catch (cause) {
    throw new AppError('invalid', `corrupt ID provided: ${(cause as Error).message}`)
  }
}
