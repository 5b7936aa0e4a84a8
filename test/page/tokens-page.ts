// The API Tokens screen as its tests use it: an organization of its own for each test, filled by the API; what the page
// sends, recorded.
import type { Locator, Page } from 'playwright-core'
import type { Server } from '../e2e/server.ts'

export interface PermissionJson {
  readonly action: 'read' | 'write'
  readonly resource: {
    readonly type: string
    readonly id?: string
    readonly orgID?: string
    readonly name?: string
    readonly measurements?: readonly string[]
  }
}

export interface TokenJson {
  readonly id: string
  readonly token: string
  readonly description: string
  readonly status: 'active' | 'inactive'
  readonly orgID: string
  readonly user: string
  readonly userID: string
  readonly createdAt: string
  readonly updatedAt: string
  readonly expiresAt?: string
  readonly permissions: readonly PermissionJson[]
}

export interface Wanted {
  readonly status?: 'active' | 'inactive'
  readonly permissions?: readonly PermissionJson[]
  readonly expiresAt?: string
  readonly userID?: string
}

/** An organization, empty at first. */
export interface Plant {
  readonly id: string
  readonly name: string
  /** The address of its API Tokens screen. */
  list(query?: string): string
  newToken(description: string, wanted?: Wanted): Promise<TokenJson>
  newBucket(name: string): Promise<string>
  /** All of its tokens, as the server has them. */
  tokens(): Promise<readonly TokenJson[]>
}

let made = 0

/** @param name of the organization; one that no test has used unless given */
export async function newPlant(server: Server, name = `plant ${++made}`): Promise<Plant> {
  const { operator } = server.onboarded!
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await server.request(method, path, { token: operator, body })
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
    return answer.json()
  }
  const { id } = await ask('POST', '/api/v2/orgs', { name })
  const readBuckets: PermissionJson = { action: 'read', resource: { type: 'buckets', orgID: id } }
  return {
    id,
    name,
    list: (query = '') => `/orgs/${id}/load-data/tokens${query}`,
    newToken: (description, { permissions = [readBuckets], ...more } = {}) =>
      ask('POST', '/api/v2/authorizations', { orgID: id, description, permissions, ...more }),
    newBucket: async bucket =>
      (await ask('POST', '/api/v2/buckets', { orgID: id, name: bucket, retentionRules: [] })).id,
    tokens: async () => (await ask('GET', `/api/v2/authorizations?orgID=${id}&limit=1000`)).authorizations,
  }
}

/** One token as the server has it; its status 404 once it is deleted. */
export async function readToken(server: Server, id: string): Promise<TokenJson & { readonly httpStatus: number }> {
  const answer = await server.request('GET', `/api/v2/authorizations/${id}`, { token: server.onboarded!.operator })
  return { ...answer.json(), httpStatus: answer.status }
}

export interface Sent {
  readonly method: string
  /** Path and query. */
  readonly path: string
  // biome-ignore lint/suspicious/noExplicitAny: what was sent is what tests find out
  readonly body: any
}

/**
 * What the page asks of the API from now on, in order. Noted in the page, where `fetch` is called: the browser does not tell
 * the bodies of requests that were cloned.
 */
export async function recordRequests(page: Page): Promise<Sent[]> {
  const sent: Sent[] = []
  await page.exposeFunction('noteSent', (method: string, url: string, body: string) => {
    const { pathname, search } = new URL(url)
    sent.push({ method, path: pathname + search, body: body === '' ? undefined : JSON.parse(body) })
  })
  const tap = `(() => {
    const send = window.fetch
    window.fetch = async request => {
      await noteSent(request.method, request.url, await request.clone().text())
      return send(request)
    }
  })()`
  await page.addInitScript(tap)
  await page.evaluate(tap)
  return sent
}

/** Those that change something. */
export const changesIn = (sent: readonly Sent[]): Sent[] => sent.filter(({ method }) => method !== 'GET')

const titles = (page: Page): Locator => page.locator('[data-testid^="token-title-"]')

/** The descriptions of the rows that are shown, from the top. */
export async function shownTitles(page: Page): Promise<string[]> {
  await settled(page)
  return titles(page).allTextContents()
}

/** Waits until the list shows what it was last asked for, or what stands in its place. */
export async function settled(page: Page): Promise<void> {
  await page
    .locator(
      '[data-testid="tokens-list"][aria-busy="false"], [data-testid^="state-"]:not([data-testid="state-loading"])',
    )
    .first()
    .waitFor({ state: 'visible' })
}

/** Waits until exactly these descriptions are shown, in this order. */
export async function waitForTitles(page: Page, wanted: readonly string[]): Promise<void> {
  const until = Date.now() + 10_000
  let shown: string[] = []
  while (Date.now() < until) {
    shown = await shownTitles(page)
    if (JSON.stringify(shown) === JSON.stringify(wanted)) return
    // The next frame, in which something may have changed.
    await page.evaluate('new Promise(resolve => requestAnimationFrame(resolve))')
  }
  throw new Error(`shown are ${JSON.stringify(shown)}, not ${JSON.stringify(wanted)}`)
}

export const success = (page: Page, text: string | RegExp): Locator =>
  page.getByTestId('notification-success').filter({ hasText: text })

export const failure = (page: Page, text: string | RegExp): Locator =>
  page.getByTestId('notification-error').filter({ hasText: text })

/** The test hook of whatever has the focus. */
export const focusedHook = (page: Page): Promise<string | null> =>
  page.locator(':focus').getAttribute('data-testid', { timeout: 5000 })

/** Waits until the element with this hook has the focus. */
export const waitForFocus = (page: Page, hook: string): Promise<void> =>
  page.locator(`[data-testid="${hook}"]:focus`).waitFor()

/** Goes on with Tab until the element with this hook has the focus: it can be reached. */
export async function tabTo(page: Page, hook: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const visited: string[] = []
  while (visited.length < 120) {
    const focused = await page.evaluate<string>(
      'document.activeElement.dataset.testid ?? document.activeElement.tagName',
    )
    if (focused === hook) return
    visited.push(focused)
    await page.keyboard.press(key)
  }
  throw new Error(`${hook} is not reached by ${key}, only ${[...new Set(visited)]}`)
}
