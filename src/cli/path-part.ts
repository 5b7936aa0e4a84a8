/**
 * An id as one part of a path.
 *
 * @throws Error for one that would address something else: `orgs/ID/members/..` is the organization itself
 */
export function pathPart(id: string): string {
  if (id === '' || id === '.' || id === '..') throw new Error(`${JSON.stringify(id)} is not an ID`)
  return encodeURIComponent(id)
}
