import { at, complaint, follow, type Method, type Operation, openapi, type Place, type Response } from './document.ts'

const ERROR: Place = ['components', 'schemas', 'Error']
const PARAMETER = /^\{.+\}$/

interface Found {
  readonly place: Place
  readonly operation: Operation
}

/**
 * Requires an answer of the server to be as `openapi.json` promises: the status is described for that path and method, the
 * content type is the described one, and the body conforms (to the last key, since described objects are closed).
 *
 * For a path or method that is not described, the one promise is that it is refused: with an `Error`, or, to a browser's
 * `OPTIONS`, with an empty 204. So nothing that is not described can succeed.
 *
 * @param path as requested, with or without query
 * @param body parsed if it is JSON, otherwise the text; empty text, null and undefined mean that there was none
 * @throws Error that names the request and says what is wrong
 */
export function assertDescribed(
  method: string,
  path: string,
  status: number,
  contentType: string | null,
  body: unknown,
): void {
  const found = findOperation(method, path, status)
  const wrong =
    found === undefined
      ? wrongWithUndescribed(method, path, status, contentType, body)
      : wrongWithDescribed(found, method, status, contentType, body)
  if (wrong !== undefined) throw new Error(`${method} ${path} answered ${status}, not as openapi.json says: ${wrong}`)
}

function wrongWithDescribed(
  { place, operation }: Found,
  method: string,
  status: number,
  contentType: string | null,
  body: unknown,
): string | undefined {
  const key = [String(status), 'default'].find(candidate => candidate in operation.responses)
  if (key === undefined) return `described are ${Object.keys(operation.responses).join(', ')}`
  // The answer to HEAD has the headers of the one to GET, and never a body.
  if (method.toUpperCase() === 'HEAD') return wrongWithNothing(body)
  const response = follow([...place, 'responses', key])
  const content = (at(response) as Response).content
  if (content === undefined) return wrongWithNothing(body)
  const type = mediaType(contentType)
  if (!(type in content)) return `its content type is ${contentType}, not ${Object.keys(content).join(' or ')}`
  return complaint([...response, 'content', type, 'schema'], body, 'body')
}

/** Addresses of the page, which is no part of the API. */
const PAGE = /^\/(?:signin|onboarding|me\/tokens|orgs(?:\/[\w-]+)+)(?:\?|$)/

function wrongWithUndescribed(
  method: string,
  path: string,
  status: number,
  contentType: string | null,
  body: unknown,
): string | undefined {
  if (status === 200 && PAGE.test(path) && /^(?:GET|HEAD)$/i.test(method) && mediaType(contentType) === 'text/html') {
    return undefined
  }
  if (method.toUpperCase() === 'OPTIONS' && status === 204) return wrongWithNothing(body)
  if (status < 400) return 'neither path nor method is described'
  if (method.toUpperCase() === 'HEAD') return wrongWithNothing(body)
  if (mediaType(contentType) !== 'application/json') return `its content type is ${contentType}, not application/json`
  return complaint(ERROR, body, 'body')
}

function wrongWithNothing(body: unknown): string | undefined {
  return body === undefined || body === null || body === '' ? undefined : 'its body is not empty'
}

const mediaType = (contentType: string | null): string => (contentType ?? '').split(';')[0]!.trim().toLowerCase()

/**
 * Finds the operation that a request means. A trailing slash is overlooked where a credential is needed: below the API,
 * since the paths there that are open to everybody are so in this one spelling.
 *
 * Source: wire contract 1.4.
 */
function findOperation(method: string, target: string, status: number): Found | undefined {
  const path = target.split('?')[0]!
  const exact = operationAt(method, path)
  if (exact !== undefined || !/^\/(?:api|private)\/.*\/$/.test(path)) return exact
  const loose = operationAt(method, path.slice(0, -1))
  return status === 401 && loose?.operation.security?.length === 0 ? undefined : loose
}

function operationAt(method: string, path: string): Found | undefined {
  const template = templateOf(path)
  if (template === undefined) return undefined
  const key = method.toLowerCase() as Method
  const operation = openapi.paths[template]?.[key]
  return operation === undefined ? undefined : { place: ['paths', template, key], operation }
}

const TEMPLATES = Object.keys(openapi.paths).map(text => ({ text, segments: text.split('/') }))

/** The template that a path matches; of several, the one whose literal segment comes first. */
function templateOf(path: string): string | undefined {
  const segments = path.split('/')
  const fits = (template: readonly string[]) =>
    template.length === segments.length &&
    template.every((part, i) => part === segments[i] || standsFor(part, segments[i]!))
  const matching = TEMPLATES.filter(({ segments: template }) => fits(template))
  const shape = (template: readonly string[]) => template.map(part => (PARAMETER.test(part) ? '1' : '0')).join('')
  return matching.sort((a, b) => shape(a.segments).localeCompare(shape(b.segments)))[0]?.text
}

const standsFor = (part: string, segment: string) => PARAMETER.test(part) && segment !== ''
