// A secret is where it is shown, while it is shown, and nowhere else: not in an address, storage, cache, log or the document.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { SETUP, type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { visit } from './browser.ts'
import { newPlant, success } from './tokens-page.ts'

let server: Server

beforeAll(async () => {
  server = await startServer({ onboard: true })
})

/** All that the page asked for and said, beside what is in it. */
function listen(page: Page) {
  const heard: string[] = []
  page.on('request', request => heard.push(request.url(), JSON.stringify(request.headers())))
  page.on('console', message => heard.push(message.text()))
  page.on('framenavigated', frame => heard.push(frame.url()))
  return heard
}

/**
 * All that a script of the page can reach without looking into the heap: the document with the values of its fields,
 * storage, names and entries of the browser, and whatever React's tree holds: state, props and the query cache.
 */
const REACHABLE = `(() => {
  const found = [document.documentElement.outerHTML, document.title, document.cookie, location.href, window.name]
  found.push(JSON.stringify(history.state) ?? '')
  for (const field of document.querySelectorAll('input, textarea')) found.push(field.value)
  for (const storage of [localStorage, sessionStorage]) found.push(JSON.stringify({ ...storage }))
  for (const entry of performance.getEntries()) found.push(entry.name)
  const seen = new Set()
  const waiting = [...document.querySelectorAll('*')].flatMap(element =>
    Object.keys(element).filter(key => key.startsWith('__react')).map(key => element[key]))
  const isPlain = value => typeof value === 'object' && value !== null && !(value instanceof Node) && value !== window
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value === 'string') { found.push(value); continue }
    if (!isPlain(value) || seen.has(value)) continue
    seen.add(value)
    if (value instanceof Map) { waiting.push(...value.keys(), ...value.values()); continue }
    if (value instanceof Set) { waiting.push(...value); continue }
    for (const key of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key)
      if (property && 'value' in property) waiting.push(property.value)
    }
  }
  return { text: found.join('\\n'), objects: seen.size }
})()`

async function reachable(page: Page) {
  const { text, objects } = await page.evaluate<{ text: string; objects: number }>(REACHABLE)
  return { text, objects }
}

/** Any eight characters of it; the first four are every token's. */
const partsOf = (secret: string) => Array.from({ length: secret.length - 12 }, (_, i) => secret.slice(4 + i, 12 + i))

const foundIn = (text: string, secret: string) => partsOf(secret).filter(part => text.includes(part))

/** Closes the dialog by copying, and looks everywhere. */
async function expectForgotten(page: Page, secret: string, heard: readonly string[]) {
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  // Two frames: what React keeps of the tree before is replaced by then.
  await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')
  const { text, objects } = await reachable(page)
  expect(objects).toBeGreaterThan(1000)
  expect(foundIn(text, secret)).toEqual([])
  expect(foundIn(heard.join('\n'), secret)).toEqual([])
}

describe('the secret of a token', () => {
  test('that was created is gone with the dialog', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list(), { clipboard: true })
    const heard = listen(page)
    await page.getByTestId('generate').first().click()
    await page.getByTestId('generate-all-access').click()
    await page.getByTestId('generate-save').click()
    const secret = await page.getByTestId('secret').inputValue()
    secretsSeen.add(secret)
    // The search does find it while it is shown.
    expect(foundIn((await reachable(page)).text, secret)).not.toEqual([])
    await page.getByTestId('secret-copy').click()
    await success(page, 'clipboard').waitFor()
    await page.getByTestId('secret-done').click()
    await expectForgotten(page, secret, heard)
  })

  test('that was cloned is gone with the dialog', async () => {
    const plant = await newPlant(server)
    const { id, token } = await plant.newToken('Line 3')
    const page = await visit(server, plant.list(), { clipboard: true })
    const heard = listen(page)
    await page.getByTestId(`token-menu-${id}`).click()
    await page.getByTestId('token-clone').click()
    const secret = await page.getByTestId('secret').inputValue()
    secretsSeen.add(secret)
    await page.getByTestId('secret-copy').click()
    await page.getByTestId('secret-done').click()
    await expectForgotten(page, secret, heard)
    expect(foundIn((await reachable(page)).text, token)).toEqual([])
  })

  test('that nobody kept is gone as well', async () => {
    const plant = await newPlant(server)
    const page = await visit(server, plant.list('/generate/all-access'))
    const heard = listen(page)
    await page.getByTestId('generate-save').click()
    const secret = await page.getByTestId('secret').inputValue()
    secretsSeen.add(secret)
    await page.keyboard.press('Escape')
    await page.getByTestId('secret-sure').click()
    await page.getByTestId('secret-close-anyway').click()
    await page.getByTestId('secret').waitFor({ state: 'detached' })
    await expectForgotten(page, secret, heard)
  })

  test('is in no list and in no answer but that to its creation', async () => {
    const plant = await newPlant(server)
    const { id, token } = await plant.newToken('Line 3')
    const page = await visit(server, '/')
    const answers: Promise<string>[] = []
    page.on('response', response => {
      if (response.url().includes('/api/')) answers.push(response.text().catch(() => ''))
    })
    await page.goto(plant.list())
    await page.getByTestId(`token-title-${id}`).click()
    await page.getByTestId('permission-words').waitFor()
    const bodies = (await Promise.all(answers)).join('\n')
    expect(bodies).toContain(id)
    expect(foundIn(bodies, token)).toEqual([])
  })
})

describe('first set-up', () => {
  test('the operator token and the password are gone once the person goes on', async () => {
    const fresh = await startServer()
    const page = await visit(fresh, '/', { as: null, clipboard: true })
    const heard = listen(page)
    const password = 'a password of my own'
    secretsSeen.add(password)
    const answers = { 'User name': 'ada', Password: password, 'Password again': password }
    for (const [label, value] of Object.entries({ ...answers, Organization: 'Northwind', Bucket: 'sensors' })) {
      await page.getByLabel(label, { exact: true }).fill(value)
    }
    await page.getByRole('button', { name: 'Set up', exact: true }).click()
    const secret = await page.getByTestId('secret').inputValue()
    secretsSeen.add(secret)
    await page.getByTestId('secret-copy').click()
    await page.getByRole('button', { name: 'Continue to API Tokens' }).click()
    await page.waitForURL(/load-data\/tokens$/)
    await page.getByTestId('tokens-list').waitFor()
    await expectForgotten(page, secret, [])
    const { text } = await reachable(page)
    expect(text).not.toContain(password)
    // Its headers have it once, as the browser sends it to sign in.
    expect(heard.filter(one => one.startsWith('http')).join('\n')).not.toContain(password)
  })
})

describe('the session', () => {
  test('its key is out of reach of scripts, and a password is gone after signing in', async () => {
    const page = await visit(server, '/signin', { as: null })
    await page.getByLabel('User name').fill(SETUP.username)
    await page.getByLabel('Password', { exact: true }).fill(SETUP.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(/load-data\/tokens$/)
    await page.getByTestId('tokens-list').waitFor()
    const [cookie] = await page.context().cookies(`${server.url}/api/`)
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/api/' })
    secretsSeen.add(cookie!.value)
    const { text } = await reachable(page)
    expect(text).not.toContain(cookie!.value)
    expect(text).not.toContain(SETUP.password)
  })
})
