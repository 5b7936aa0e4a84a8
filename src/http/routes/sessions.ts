import { AppError } from '../../domain/errors.ts'
import { noContent } from '../answer.ts'
import { addressOf, type RouteMeans, type RouteTable } from '../context.ts'
import { basicCredentials, credentialOf } from '../credential.ts'
import { refuseForeign, sessionCookie } from '../session.ts'

export interface SessionMeans {
  /** Our own origins, as browsers write them. */
  readonly ownOrigins: readonly string[]
  /** Whether cookies may travel over TLS only. */
  readonly secureCookies: boolean
}

/**
 * Signing in and out. Not for the pages of other sites: one could sign its visitor in as somebody else, who then sees what
 * the visitor does. Source: wire contract 2.4.
 */
export function sessionRoutes({ authority }: RouteMeans, { ownOrigins, secureCookies }: SessionMeans): RouteTable {
  const refused = () => new AppError('unauthorized', 'unauthorized access')
  return {
    '/api/v2/signin': {
      POST: async c => {
        refuseForeign(c.env.incoming, ownOrigins)
        const credentials = basicCredentials(c.env.incoming)
        if (credentials === undefined) throw refused()
        const session = await authority.sessions.signIn({ ...credentials, address: addressOf(c) })
        return noContent(c, { 'Set-Cookie': sessionCookie(session, secureCookies) })
      },
    },
    '/api/v2/signout': {
      POST: async c => {
        refuseForeign(c.env.incoming, ownOrigins)
        const credential = credentialOf(c.env.incoming)
        if (credential.kind !== 'session') throw refused()
        await authority.sessions.signOut(credential.key)
        return noContent(c)
      },
    },
  }
}
