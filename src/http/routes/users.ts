import { AppError } from '../../domain/errors.ts'
import type { UserId } from '../../domain/id.ts'
import { json, noContent } from '../answer.ts'
import { addressOf, type RequestContext, type RouteMeans, type RouteTable, readFields } from '../context.ts'
import { basicCredentials } from '../credential.ts'
import { statusOf } from '../decode.ts'
import { checkName, type Fields } from '../fields.ts'
import { idParameter, pageParameters, parameter, pathId } from '../parameters.ts'
import { permissionJson, userJson } from '../wire.ts'

const USERS = '/api/v2/users'
const BAD_STATUS = 'invalid status: must be active or inactive'

/** Users, and the caller as a user. Source: wire contract 5.4 and 5.5. */
export function userRoutes({ authority, maxBodyBytes }: RouteMeans): RouteTable {
  const { users } = authority

  /** The old password comes as a Basic header, the new one in the body. */
  async function changePassword(c: RequestContext, id: UserId) {
    const old = basicCredentials(c.env.incoming)
    if (old === undefined) throw new AppError('invalid', 'the old password is missing: send it as a Basic header')
    const fields = await readFields(c, maxBodyBytes, 'error decoding password reset request: ')
    // Throttled by the user whose password it is, whatever name the header says.
    const credentials = { user: id, password: old.password, address: addressOf(c) }
    await users.changePassword(c.get('caller'), id, credentials, fields.text('password') ?? '')
    return noContent(c)
  }

  return {
    '/api/v2/me': {
      GET: async c => json(c, userJson(await users.get(c.get('caller'), c.get('caller').userId))),
    },
    '/api/v2/me/password': { PUT: c => changePassword(c, c.get('caller').userId) },
    [USERS]: {
      GET: async c => {
        const id = idParameter<'user'>(c, 'id')
        const name = parameter(c, 'name')
        const page = pageParameters<'user'>(c)
        const query = { page, ...(id && { id }), ...(name !== undefined && { name }) }
        const list = await users.list(c.get('caller'), query)
        return json(c, { links: { self: USERS }, users: list.map(userJson) })
      },
      POST: async c =>
        json(c, userJson(await users.create(c.get('caller'), newUser(await readFields(c, maxBodyBytes)))), 201),
    },
    [`${USERS}/:id`]: {
      GET: async c => json(c, userJson(await users.get(c.get('caller'), pathId(c, 'id')))),
      PATCH: async c => {
        const id = pathId<'user'>(c, 'id')
        const change = userChange(await readFields(c, maxBodyBytes))
        return json(c, userJson(await users.change(c.get('caller'), id, change)))
      },
      DELETE: async c => {
        await users.delete(c.get('caller'), pathId(c, 'id'))
        return noContent(c)
      },
    },
    [`${USERS}/:id/permissions`]: {
      GET: async c => json(c, (await users.permissions(c.get('caller'), pathId(c, 'id'))).map(permissionJson)),
    },
    [`${USERS}/:id/password`]: {
      POST: async c => {
        const id = pathId<'user'>(c, 'id')
        const password = (await readFields(c, maxBodyBytes)).text('password') ?? ''
        await users.setPassword(c.get('caller'), id, password)
        return noContent(c)
      },
      PUT: c => changePassword(c, pathId(c, 'id')),
    },
  }
}

function newUser(fields: Fields) {
  const id = fields.id<'user'>('id')
  const name = fields.text('name') ?? ''
  const status = fields.text('status')
  const oauthId = fields.text('oauthID')
  if (name === '') throw new AppError('invalid', 'user name is empty')
  return {
    ...(id && { id }),
    name: checkName('name', name),
    status: statusOf(status, BAD_STATUS),
    ...(oauthId && { oauthId: checkName('oauthID', oauthId) }),
  }
}

function userChange(fields: Fields) {
  const name = fields.text('name')
  const status = fields.text('status')
  if (name === '') throw new AppError('invalid', 'user name is empty')
  return {
    ...(name !== undefined && { name: checkName('name', name) }),
    ...(status !== undefined && { status: statusOf(status, BAD_STATUS) }),
  }
}
