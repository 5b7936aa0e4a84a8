const below = (parent: string, ...paths: readonly string[]) => paths.map(path => parent + path)

/** Over HTTP/2. */
const FLIGHT = ['DoGet', 'GetFlightInfo', 'GetSchema', 'DoAction', 'DoPut', 'Handshake']

/** Whatever is answered, by path, ids as `:id`. */
const ROUTES = new Set([
  ...['/', '/ping', '/health', '/ready', '/metrics', '/authorize', '/write', '/query'],
  ...below('/api/v2', '', '/setup', '/signin', '/signout', '/resources', '/flags', '/write', '/query', '/delete'),
  ...below('/api/v3', '/write_lp', '/query_sql', '/query_influxql'),
  ...below('/arrow.flight.protocol.FlightService', ...FLIGHT.map(method => `/${method}`)),
  ...below('/api/v3/configure', '/database', '/database/retention_period', '/table', '/last_cache', '/distinct_cache'),
  ...below('/api/v2/me', '', '/password'),
  ...below('/api/v2/users', '', '/:id', '/:id/permissions', '/:id/password'),
  ...below('/api/v2/dbrps', '', '/:id'),
  ...['/api/v2/buckets/:id/binding', '/api/v2/observations'],
  ...below('/api/v2/authorizations', '', '/:id', '/:id/permissions'),
  ...below('/private/legacy/authorizations', '', '/:id', '/:id/password'),
  ...['/api/v2/orgs', '/api/v2/buckets'].flatMap(parent =>
    below(parent, '', '/:id', '/:id/members', '/:id/members/:id', '/:id/owners', '/:id/owners/:id'),
  ),
])

const ID = /(?<=\/)[0-9a-f]{16}(?=\/|$)/gi
/** Where a slash at the end is overlooked. */
const LOOSE = /^(\/(?:api|private)\/.+)\/$/

/**
 * A path as a pattern, for logs and metrics: ids become `:id`, and all that is not answered is `other`, so that a stranger
 * who asks for this and that makes no new series.
 */
export function routeLabel(path: string): string {
  if (ROUTES.has(path)) return path
  const pattern = path.replace(ID, ':id').replace(LOOSE, '$1')
  return ROUTES.has(pattern) ? pattern : 'other'
}
