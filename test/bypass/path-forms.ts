// Spellings of a path that something on the way may resolve to it.
import { type Case, DATA_PATHS } from './case.ts'

const percent = (text: string) =>
  [...text].map(letter => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
const last = (path: string) => path.lastIndexOf('/')
const bare = (path: string) => path.slice(1)

/** By name. None of them is the path itself. */
const FORMS: Readonly<Record<string, (path: string) => string>> = {
  capitals: path => path.toUpperCase(),
  'first letter a capital': path => `/${path[1]!.toUpperCase()}${path.slice(2)}`,
  'last letter a capital': path => path.slice(0, -1) + path.at(-1)!.toUpperCase(),
  'two slashes before': path => `/${path}`,
  'three slashes before': path => `//${path}`,
  'two slashes before the last part': path => `${path.slice(0, last(path))}/${path.slice(last(path))}`,
  'slash behind': path => `${path}/`,
  'two slashes behind': path => `${path}//`,
  'dot before': path => `/.${path}`,
  'two dots as parts before': path => `/././${bare(path)}`,
  'dots before': path => `/..${path}`,
  'detour before': path => `/x/..${path}`,
  'long detour before': path => `/x/y/../..${path}`,
  'detour by ping': path => `/ping/..${path}`,
  'detour by health': path => `/health/..${path}`,
  'detour by the API': path => `/api/v2/setup/../../..${path}`,
  'dot behind': path => `${path}/.`,
  'detour behind': path => `${path}/x/..`,
  'part behind': path => `${path}/x`,
  'escaped dot before': path => `/%2e${path}`,
  'escaped dots before': path => `/%2e%2e${path}`,
  'escaped detour': path => `/x/%2e%2e${path}`,
  'escaped detour in capitals': path => `/x/%2E%2E${path}`,
  'half escaped detour': path => `/x/.%2e${path}`,
  'other half escaped detour': path => `/x/%2e.${path}`,
  'twice escaped detour': path => `/x/%252e%252e${path}`,
  'detour with escaped slash': path => `/x/..%2f${bare(path)}`,
  'detour with escaped slash in front': path => `/x%2f..${path}`,
  'detour with escaped backslash': path => `/x/..%5c${bare(path)}`,
  'detour with backslashes': path => `/x\\..\\${bare(path)}`,
  'detour with a parameter': path => `/x/..;${path}`,
  'detour with overlong dots': path => `/x/%c0%ae%c0%ae${path}`,
  'overlong slash': path => `/%c0%af${bare(path)}`,
  'escaped slash in front': path => `/%2f${bare(path)}`,
  'last slash escaped': path => `${path.slice(0, last(path)) || '/.'}%2f${path.slice(last(path) + 1)}`,
  'last slash escaped in capitals': path => `${path.slice(0, last(path)) || '/.'}%2F${path.slice(last(path) + 1)}`,
  'last slash a backslash': path => `${path.slice(0, last(path)) || '/.'}\\${path.slice(last(path) + 1)}`,
  'wide slash': path => `${path.slice(0, last(path)) || '/.'}%ef%bc%8f${path.slice(last(path) + 1)}`,
  'first letter escaped': path => `/${percent(path[1]!)}${path.slice(2)}`,
  'last letter escaped': path => path.slice(0, -1) + percent(path.at(-1)!),
  'all letters escaped': path => path.replaceAll(/[a-z]/g, percent),
  'all escaped': path => `/${percent(bare(path))}`,
  'first letter escaped twice': path => `/%25${percent(path[1]!).slice(1)}${path.slice(2)}`,
  'zero byte behind': path => `${path}%00`,
  'zero byte and ending behind': path => `${path}%00.png`,
  'space behind': path => `${path}%20`,
  'plus behind': path => `${path}+`,
  'tabulator behind': path => `${path}%09`,
  'line end behind': path => `${path}%0a`,
  'header behind': path => `${path}%0d%0aX-Other:%20y`,
  'semicolon behind': path => `${path};`,
  'path parameter behind': path => `${path};x=y`,
  'path parameter in front': path => `/;x=y${path}`,
  'escaped semicolon behind': path => `${path}%3b`,
  'escaped question mark behind': path => `${path}%3f`,
  'escaped hash behind': path => `${path}%23`,
  'hash behind': path => `${path}#`,
  'fragment behind': path => `${path}#x`,
  'second question mark': path => `${path}?`,
  'ampersand behind': path => `${path}&`,
  'backslash behind': path => `${path}\\`,
  'dot at the end': path => `${path}.`,
  'ending behind': path => `${path}.json`,
  'tilde behind': path => `${path}~`,
  'letter beyond ASCII': path => `${path}\u00e4`,
  'broken escape behind': path => `${path}%`,
  'escape of other kind': path => `${path}%u002f`,
  'prefix of a proxy': path => `/influxdb${path}`,
  'whole address': path => `http://localhost${path}`,
  'whole address of the upstream': path => `http://127.0.0.1:8086${path}`,
  'whole address, other scheme': path => `https://localhost${path}`,
  'whole address with a user': path => `http://a@localhost${path}`,
  'address without a scheme': path => `//localhost${path}`,
}

const encode = ([path, query]: [string, string]): Case[] =>
  Object.entries(FORMS).map(([name, form]) => ({ name: `${path}: ${name}`, target: `${form(path)}?${query}` }))

export const pathForms = (): Case[] => Object.entries(DATA_PATHS).flatMap(encode)

/** What an InfluxDB of some generation has beside data, and no token of a bucket may ever call. Upstream contract 2.3. */
export const ADMIN_PATHS = [
  '/api/v3/configure/database',
  '/api/v3/configure/database/retention_period',
  '/api/v3/configure/table',
  '/api/v3/configure/distinct_cache',
  '/api/v3/configure/last_cache',
  '/api/v3/configure/processing_engine_trigger',
  '/api/v3/configure/processing_engine_trigger/enable',
  '/api/v3/configure/processing_engine_trigger/disable',
  '/api/v3/configure/plugin_environment/install_packages',
  '/api/v3/configure/plugin_environment/install_requirements',
  '/api/v3/configure/token',
  '/api/v3/configure/token/admin',
  '/api/v3/configure/token/admin/regenerate',
  '/api/v3/configure/token/named_admin',
  '/api/v3/enterprise/configure/token',
  '/api/v3/plugin_test/wal',
  '/api/v3/plugin_test/schedule',
  '/api/v3/plugins/files',
  '/api/v3/plugins/directory',
  '/api/v3/engine/anything',
  '/api/v3/authorize',
  '/api/v3/users',
  '/api/v3/roles',
  '/api/v1/prom/read',
  '/api/v1/prom/write',
  '/debug/vars',
  '/debug/requests',
  '/debug/pprof/heap',
  '/api/v2/backup/kv',
  '/api/v2/restore/sql',
  '/api/v2/tasks',
  '/api/v2/telegrafs',
  '/api/v2/replications',
  '/api/v2/query/analyze',
  '/arrow.flight.protocol.FlightService/DoGet',
  '/arrow.flight.protocol.FlightService/DoPut',
] as const

const EVERY_METHOD = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Each in every spelling, and as it is by each method. */
export function adminPaths(): Case[] {
  const query = 'db=raw&database=raw&bucket=raw'
  const plain = ADMIN_PATHS.flatMap(path =>
    EVERY_METHOD.map(method => ({
      name: `${method} ${path}`,
      method,
      target: `${path}?${query}`,
      body: method === 'GET' ? null : '{"db":"raw","name":"x"}',
    })),
  )
  return [...plain, ...ADMIN_PATHS.flatMap(path => encode([path, query]))]
}
