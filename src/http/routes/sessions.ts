import { AppError } from '../../domain/errors.ts'
import { noContent } from '../answer.ts'
import { addressOf, type RouteMeans, type RouteTable } from '../context.ts'
import { basicCredentials, credentialOf } from '../credential.ts'
import { sessionCookie } from '../session.ts'

/** Signing in and out. Source: wire contract 2.4. */
export function sessionRoutes({ authority }: RouteMeans, secure: boolean): RouteTable {
  const refused = () => new AppError('unauthorized', 'unauthorized access')
  return {
    '/api/v2/signin': {
      POST: async c => {
        const credentials = basicCredentials(c.env.incoming)
        if (credentials === undefined) throw refused()
        const session = await authority.sessions.signIn({ ...credentials, address: addressOf(c) })
        return noContent(c, { 'Set-Cookie': sessionCookie(session, secure) })
      },
    },
    '/api/v2/signout': {
      POST: async c => {
        const credential = credentialOf(c.env.incoming)
        if (credential.kind !== 'session') throw refused()
        await authority.sessions.signOut(credential.key)
        return noContent(c)
      },
    },
  }
}
