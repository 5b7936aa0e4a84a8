import { MAX_DESCRIPTION_LENGTH } from '../../domain/authorization.ts'
import { AppError } from '../../domain/errors.ts'
import { isId, type OrgId, type UserId } from '../../domain/id.ts'
import { json, noContent } from '../answer.ts'
import { type RequestContext, type RouteMeans, type RouteTable, readFields } from '../context.ts'
import { checkName, checkText, type Fields } from '../fields.ts'
import { pageParameters, parameter, pathId } from '../parameters.ts'
import { orgJson } from '../wire.ts'

const ORGS = '/api/v2/orgs'

/** Organizations. Source: wire contract 5.6. */
export function orgRoutes({ authority, maxBodyBytes }: RouteMeans): RouteTable {
  const { orgs } = authority
  const body = (c: RequestContext) => readFields(c, maxBodyBytes, 'failed to unmarshal json: ')
  return {
    [ORGS]: {
      GET: async c => {
        const list = await orgs.list(c.get('caller'), queryOf(c))
        return json(c, { links: { self: ORGS }, orgs: list.map(orgJson) })
      },
      POST: async c => {
        const { name = '', description = '' } = orgFields(await body(c))
        return json(c, orgJson(await orgs.create(c.get('caller'), { name, description })), 201)
      },
    },
    [`${ORGS}/:id`]: {
      GET: async c => json(c, orgJson(await orgs.get(c.get('caller'), pathId(c, 'id')))),
      PATCH: async c => {
        const id = pathId<'org'>(c, 'id')
        return json(c, orgJson(await orgs.change(c.get('caller'), id, orgFields(await body(c)))))
      },
      DELETE: async c => {
        await orgs.delete(c.get('caller'), pathId(c, 'id'))
        return noContent(c)
      },
    },
  }
}

function orgFields(fields: Fields) {
  const name = fields.text('name')
  const description = fields.text('description')
  return {
    ...(name !== undefined && { name: checkName('name', name) }),
    ...(description !== undefined && { description: checkText('description', description, MAX_DESCRIPTION_LENGTH) }),
  }
}

/** Malformed ids are not looked at here, as the recorded server does. */
function queryOf(c: RequestContext) {
  const lenient = (name: string) => {
    const text = parameter(c, name)
    return text !== undefined && isId(text) ? text.toLowerCase() : undefined
  }
  const { limit, offset } = pageParameters(c)
  const id = lenient('orgID') as OrgId | undefined
  const userId = lenient('userID') as UserId | undefined
  const name = parameter(c, 'org')
  if (name !== undefined && !name.isWellFormed()) throw new AppError('invalid', 'org is invalid')
  return { page: { limit, offset }, ...(id && { id }), ...(userId && { userId }), ...(name !== undefined && { name }) }
}
