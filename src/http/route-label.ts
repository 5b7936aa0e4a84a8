/** First segments of paths that exist, so that the labels of metrics stay few whatever is asked for. */
const KNOWN =
  /^\/(?:api\/v2(?:\/(?:setup|signin|signout|me|users|orgs|buckets|dbrps|authorizations|resources|flags|write|query|delete)(?:\/.*)?)?|api\/v3\/(?:write_lp|query_sql|query_influxql)|private\/legacy\/authorizations(?:\/.*)?|write|query|ping|health|ready|metrics|authorize)?$/
const TAIL = /^(?:[0-9a-f]{16}|permissions|password|members|owners)$/i

/** A path as a pattern: ids become `:id`; what is not ours becomes `other`. */
export function routeLabel(path: string): string {
  if (!KNOWN.test(path)) return 'other'
  const segments = path.split('/')
  // A slash at the end is overlooked, as the API does.
  if (segments.length > 2 && segments.at(-1) === '') segments.pop()
  const base = path.startsWith('/api/') || path.startsWith('/private/') ? 4 : 2
  if (segments.length > base + 3 || segments.slice(base).some(segment => !TAIL.test(segment))) return 'other'
  return segments.map((segment, at) => (at >= base && segment.length === 16 ? ':id' : segment)).join('/')
}
