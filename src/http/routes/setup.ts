import { AppError } from '../../domain/errors.ts'
import type { TokenText } from '../../domain/token.ts'
import { json } from '../answer.ts'
import { type RouteMeans, type RouteTable, readFields } from '../context.ts'
import { checkName, type Fields } from '../fields.ts'
import { requireSetupAllowed, type SetupGuard } from '../setup-guard.ts'
import { bucketJson, firstAuthorizationJson, orgJson, userJson } from '../wire.ts'

/** The first user, org, bucket and token. Source: wire contract 5.2; the guard: `docs/architecture.md`. */
export function setupRoutes({ authority, maxBodyBytes }: RouteMeans, guard: SetupGuard): RouteTable {
  return {
    '/api/v2/setup': {
      GET: async c => json(c, { allowed: await authority.setup.allowed() }),
      POST: async c => {
        requireSetupAllowed(guard, c.env.incoming)
        const fields = await readFields(c, maxBodyBytes)
        guard.requireCode(fields.text('setupCode'))
        const wanted = onboardingOf(fields)
        if (wanted.token !== undefined) guard.requireGoodToken(wanted.token)
        const { user, org, bucket, authorization, token } = await authority.setup.onboard(wanted)
        return json(
          c,
          {
            user: userJson(user),
            bucket: bucketJson(bucket),
            org: orgJson(org),
            auth: firstAuthorizationJson(authorization, token),
          },
          201,
        )
      },
    },
  }
}

function onboardingOf(fields: Fields) {
  const names = { username: fields.text('username'), org: fields.text('org'), bucket: fields.text('bucket') }
  const password = fields.text('password')
  const token = fields.text('token')
  const seconds = fields.integer('retentionPeriodSeconds')
  // Nanoseconds, despite its name.
  const nanoseconds = fields.integer('retentionPeriodHrs')
  const missing = Object.entries(names).flatMap(([name, value]) => (value ? [] : [name]))
  if (missing.length > 0) {
    throw new AppError('unprocessable entity', `onboarding failed: missing required fields [${missing.join(',')}]`)
  }
  const { username = '', org = '', bucket = '' } = names
  return {
    username: checkName('username', username),
    org: checkName('org', org),
    bucket: checkName('bucket', bucket),
    retentionSeconds: Math.max(0, seconds ?? Math.trunc((nanoseconds ?? 0) / 1e9)),
    ...(password && { password }),
    ...(token && { token: token as TokenText }),
  }
}
