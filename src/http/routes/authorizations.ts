import type { AuthorizationQuery } from '../../authority/authorization-list.ts'
import type { AuthorizationAuthority, CreatedAuthorization } from '../../authority/authorizations.ts'
import type { DescribedAuthorization, SortColumn } from '../../authority/records.ts'
import { MAX_DESCRIPTION_LENGTH, STATUSES, type Status } from '../../domain/authorization.ts'
import { AppError } from '../../domain/errors.ts'
import { digestOf } from '../../domain/token.ts'
import { errorAnswer, json, noContent } from '../answer.ts'
import { type RequestContext, type RouteMeans, type RouteTable, readFields } from '../context.ts'
import { authorizationWish, newAuthorization, permissionList } from '../decode.ts'
import { checkText } from '../fields.ts'
import {
  afterParameter,
  booleanParameter,
  idParameter,
  integerParameter,
  limitParameter,
  parameter,
  pathId,
} from '../parameters.ts'
import { streamList } from '../stream-list.ts'
import { AUTHORIZATIONS, authorizationJson } from '../wire.ts'

const MAX_LIMIT = 1000

/** `/api/v2/authorizations`. Source: wire contract 3, and our additions in `openapi.json`. */
export function authorizationRoutes({ authority, maxBodyBytes }: RouteMeans): RouteTable {
  const { authorizations } = authority
  const single = `${AUTHORIZATIONS}/:id`
  return {
    [AUTHORIZATIONS]: {
      GET: c => listAnswer(c, authorizations, AUTHORIZATIONS, queryOf(c)),
      POST: async c => {
        const wanted = newAuthorization(await readFields(c, maxBodyBytes, 'invalid json structure: '))
        const { v1Name, ...fields } = wanted
        return created(c, await authorizations.create(c.get('caller'), fields))
      },
    },
    [single]: {
      GET: async c => found(c, await authorizations.get(c.get('caller'), pathId(c, 'id'))),
      PATCH: async c => {
        const id = pathId<'authorization'>(c, 'id')
        const seen = seenVersion(c)
        const wish = authorizationWish(await readFields(c, maxBodyBytes))
        return foundOrStale(c, await authorizations.change(c.get('caller'), id, wish, seen))
      },
      DELETE: async c => {
        await authorizations.delete(c.get('caller'), pathId(c, 'id'))
        return noContent(c)
      },
    },
    [`${single}/permissions`]: {
      PUT: async c => {
        const id = pathId<'authorization'>(c, 'id')
        const version = versionOf(c.req.header('if-match'))
        if (version === undefined) {
          const message = 'send the ETag of the authorization as If-Match, so that no change of another is lost'
          return errorAnswer(c, new AppError('invalid', message), 428)
        }
        const permissions = permissionList(await readFields(c, maxBodyBytes, 'invalid json structure: '))
        return foundOrStale(c, await authorizations.replacePermissions(c.get('caller'), id, version, permissions))
      },
    },
  }
}

export function created(c: RequestContext, { authorization, token }: CreatedAuthorization) {
  return json(c, authorizationJson(authorization, token), 201, { ETag: etag(authorization) })
}

export function found(c: RequestContext, authorization: DescribedAuthorization) {
  return json(c, authorizationJson(authorization, undefined), 200, { ETag: etag(authorization) })
}

export function foundOrStale(c: RequestContext, changed: DescribedAuthorization | 'stale') {
  if (changed !== 'stale') return found(c, changed)
  return errorAnswer(c, new AppError('conflict', 'somebody changed it meanwhile: read it again'), 412)
}

const etag = ({ version }: DescribedAuthorization) => `"${version}"`

function versionOf(ifMatch: string | undefined): number | undefined {
  const digits = /^(?:W\/)?"(\d{1,15})"$/.exec(ifMatch ?? '')?.[1]
  return digits === undefined ? undefined : Number(digits)
}

/**
 * Which version the caller wants to change; undefined for any, which he means unless he says. InfluxDB looks at no `If-Match`.
 *
 * @throws AppError `invalid` for what can be no version, since its sender meant to be careful
 */
function seenVersion(c: RequestContext): number | undefined {
  const ifMatch = c.req.header('if-match')
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined
  const version = versionOf(ifMatch)
  if (version !== undefined) return version
  throw new AppError('invalid', 'If-Match must be the ETag of an authorization, such as "3", or be left out')
}

/** Everything a query can ask for. All parameters are read, so that a malformed one is told whatever the others say. */
function queryOf(c: RequestContext): AuthorizationQuery & { readonly wantsAll: boolean } {
  const token = parameter(c, 'token')
  return { ...ownerFilters(c), ...pageOf(c), ...(token !== undefined && { digest: digestOf(token) }) }
}

/** The filters that both kinds of authorization have. */
export function ownerFilters(c: RequestContext) {
  const id = idParameter<'authorization'>(c, 'id')
  const userId = idParameter<'user'>(c, 'userID')
  const orgId = idParameter<'org'>(c, 'orgID')
  const user = parameter(c, 'user')
  const org = parameter(c, 'org')
  const orphaned = booleanParameter(c, 'orphaned')
  return {
    ...(id && { id }),
    ...(userId && { userId }),
    ...(orgId && { orgId }),
    ...(user !== undefined && { user }),
    ...(org !== undefined && { org }),
    ...(orphaned && { orphaned }),
  }
}

function pageOf(c: RequestContext) {
  const limit = limitParameter(c, MAX_LIMIT)
  const offset = integerParameter(c, 'offset') ?? 0
  if (offset < 0) throw new AppError('invalid', 'offset is invalid')
  const afterId = afterParameter<'authorization'>(c)
  const sortBy = choice(c, 'sortBy', SORT_COLUMNS)
  const status = choice(c, 'status', STATUSES)
  const search = parameter(c, 'search')
  const descending = booleanParameter(c, 'descending') ?? false
  const withTotal = booleanParameter(c, 'total') ?? false
  return {
    ...(status && { status: status satisfies Status }),
    ...(search !== undefined && { search: checkText('search', search, MAX_DESCRIPTION_LENGTH) }),
    withTotal,
    wantsAll: limit === undefined,
    page: { limit: limit ?? MAX_LIMIT, offset, descending, ...(afterId && { afterId }), ...(sortBy && { sortBy }) },
  }
}

const SORT_COLUMNS: readonly SortColumn[] = [
  'id',
  'description',
  'status',
  'createdAt',
  'updatedAt',
  'expiresAt',
  'user',
  'org',
]

function choice<T extends string>(c: RequestContext, name: string, values: readonly T[]): T | undefined {
  const text = parameter(c, name)
  if (text === undefined || values.includes(text as T)) return text as T | undefined
  throw new AppError('invalid', `${name} must be one of ${values.join(', ')}`)
}

/** Small lists are one answer; a list of everything is sent as it is read, page by page. */
export async function listAnswer(
  c: RequestContext,
  authority: AuthorizationAuthority,
  path: string,
  query: AuthorizationQuery & { readonly wantsAll: boolean },
) {
  const caller = c.get('caller')
  const { wantsAll, ...asked } = query
  const wire = (rows: readonly DescribedAuthorization[]) => rows.map(row => authorizationJson(row, undefined))
  if (wantsAll) return streamList(c, path, asked, page => authority.list(caller, page), wire)
  const { authorizations, total } = await authority.list(caller, asked)
  return json(c, {
    links: { self: path },
    ...(total !== undefined && { total }),
    authorizations: wire(authorizations),
  })
}
