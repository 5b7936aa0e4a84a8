import { AppError } from '../../domain/errors.ts'
import { noContent } from '../answer.ts'
import { type RouteMeans, type RouteTable, readFields } from '../context.ts'
import { authorizationWish, newAuthorization } from '../decode.ts'
import { checkName } from '../fields.ts'
import { idParameter, parameter, pathId } from '../parameters.ts'
import { V1_AUTHORIZATIONS } from '../wire.ts'
import { created, found, foundOrStale, listAnswer, ownerFilters } from './authorizations.ts'

/** `/private/legacy/authorizations`: user names and passwords for 1.x clients. Source: wire contract 7. */
export function v1AuthorizationRoutes({ authority, maxBodyBytes }: RouteMeans): RouteTable {
  const { v1Authorizations: authorizations, v1Passwords } = authority
  const single = `${V1_AUTHORIZATIONS}/:id`
  return {
    [V1_AUTHORIZATIONS]: {
      GET: c => {
        const v1Name = parameter(c, 'token')
        // As the command line calls it; each is read, so that a malformed one is told whatever the other says.
        const id = idParameter<'authorization'>(c, 'authID')
        const filters = { ...(id && { id }), ...ownerFilters(c), ...(v1Name !== undefined && { v1Name }) }
        return listAnswer(c, authorizations, V1_AUTHORIZATIONS, { ...filters, page: { limit: 1000 }, wantsAll: true })
      },
      POST: async c => {
        const { v1Name, ...fields } = newAuthorization(await readFields(c, maxBodyBytes, 'invalid json structure: '))
        if (!v1Name) throw new AppError('invalid', 'token required for v1 user authorization type')
        return created(
          c,
          await authorizations.create(c.get('caller'), { ...fields, v1Name: checkName('token', v1Name) }),
        )
      },
    },
    [single]: {
      GET: async c => found(c, await authorizations.get(c.get('caller'), pathId(c, 'id'))),
      PATCH: async c => {
        const id = pathId<'authorization'>(c, 'id')
        const wish = authorizationWish(await readFields(c, maxBodyBytes))
        return foundOrStale(c, await authorizations.change(c.get('caller'), id, wish))
      },
      DELETE: async c => {
        await authorizations.delete(c.get('caller'), pathId(c, 'id'))
        return noContent(c)
      },
    },
    [`${single}/password`]: {
      POST: async c => {
        const id = pathId<'authorization'>(c, 'id')
        const password = (await readFields(c, maxBodyBytes)).text('password') ?? ''
        await v1Passwords.set(c.get('caller'), id, password)
        return noContent(c)
      },
    },
  }
}
