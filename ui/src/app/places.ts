/** The screens of an organization, in the order of the navigation. */
export type Place = 'buckets' | 'tokens' | 'members' | 'about'

export const PLACE_NAMES: Readonly<Record<Place, string>> = {
  buckets: 'Buckets',
  tokens: 'API Tokens',
  members: 'Members',
  about: 'About',
}

/** The tabs of "Load Data". */
export const LOAD_DATA: readonly Place[] = ['buckets', 'tokens']

const PATHS: Readonly<Record<Place, string>> = {
  buckets: 'load-data/buckets',
  tokens: 'load-data/tokens',
  members: 'members',
  about: 'about',
}

export const addressOf = (place: Place, orgId: string): string => `/orgs/${orgId}/${PATHS[place]}`

/** Which screen an address is of; undefined if of none. */
export function placeOf(path: string): Place | undefined {
  const rest = path.replace(/^\/orgs\/[^/]+\//, '')
  const places = Object.keys(PATHS) as Place[]
  return places.find(place => rest === PATHS[place] || rest.startsWith(`${PATHS[place]}/`))
}

/** The address of sign-in, from where the person comes back to where he was. */
export const signInAddress = (returnTo: string): string => `/signin?${new URLSearchParams({ returnTo })}`

/** Where to go after signing in: only ever a place of this page, whatever the address says. */
export function returnAddress(search: string): string {
  const wanted = new URLSearchParams(search).get('returnTo') ?? '/'
  return /^\/(?![/\\])/.test(wanted) && !wanted.startsWith('/signin') ? wanted : '/'
}
