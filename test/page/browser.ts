// Real Chromium against a real server. Every page that is opened fails its test if the browser complains of anything.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, expect } from 'vitest'
import { SETUP, type Server } from '../e2e/server.ts'

export interface VisitOptions extends Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'reducedMotion'> {
  /** Whose session to come with; `null` for a stranger's. The user of `SETUP` unless given. */
  readonly as?: { readonly username: string; readonly password: string } | null
  /** What the browser may complain of, because the test makes it happen. */
  readonly allow?: RegExp
  /** Whether the page may use the clipboard. */
  readonly clipboard?: boolean
}

const WIDE = { width: 1280, height: 800 }
export const NARROW = { width: 360, height: 740 }

/** What the browser writes by itself for any refusal, which the page answers in its own words. */
const REFUSAL = /^Failed to load resource: the server responded with a status of 4\d\d/

let browser: Promise<Browser> | undefined
const contexts = new Set<BrowserContext>()
const complaints: string[] = []

afterEach(async () => {
  await Promise.all([...contexts].map(context => context.close()))
  contexts.clear()
  expect(complaints.splice(0)).toEqual([])
})

afterAll(async () => (await browser)?.close())

/** Opens an address in a context of its own, closed after the test. */
export async function visit(server: Server, path: string, options: VisitOptions = {}): Promise<Page> {
  const { as = SETUP, allow, clipboard = false, viewport = WIDE, ...rest } = options
  browser ??= launch()
  const context = await (await browser).newContext({ baseURL: server.url, viewport, ...rest })
  contexts.add(context)
  if (clipboard) await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url })
  if (as !== null) await context.addCookies([await sessionOf(server, as)])
  const page = await context.newPage()
  listen(page, allow)
  await page.goto(path)
  return page
}

function listen(page: Page, allow: RegExp | undefined): void {
  page.on('pageerror', error => complaints.push(`page error: ${error.stack ?? error.message}`))
  page.on('console', message => {
    const text = message.text()
    const isComplaint = message.type() === 'error' || message.type() === 'warning'
    if (isComplaint && !REFUSAL.test(text) && !allow?.test(text)) complaints.push(`${message.type()}: ${text}`)
  })
}

function launch(): Promise<Browser> {
  // Everything in the containers that tests run in is root's, where Chromium's own sandbox does not start.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return chromium.launch({ executablePath: chromiumPath(), args })
}

function chromiumPath(): string {
  const names = (process.env.PATH ?? '').split(delimiter).map(folder => join(folder, 'chromium'))
  const found = names.find(isExecutable)
  if (found === undefined) throw new Error('chromium is not on PATH: node scripts/prepare.js --test installs it')
  return found
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Signs in by the API, which is quicker than by the page, and gives the cookie as the browser would keep it. */
export async function sessionOf(server: Server, { username, password }: { username: string; password: string }) {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const answer = await server.request('POST', '/api/v2/signin', { headers: { authorization } })
  const [, name, value] = /^([^=]+)=([^;]+)/.exec(answer.headers['set-cookie']?.[0] ?? '') ?? []
  if (name === undefined || value === undefined) throw new Error(`sign-in answered ${answer.status}: ${answer.text}`)
  const { hostname } = new URL(server.url)
  return { name, value, domain: hostname, path: '/api/', httpOnly: true, sameSite: 'Strict' as const }
}
