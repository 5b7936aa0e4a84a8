// The API Tokens screen and its dialogs keep the rules of WCAG 2.2 A and AA that a program can check, and everything in them
// is done by keyboard. Page contract 18.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { violationsOf } from './axe.ts'
import { NARROW, visit } from './browser.ts'
import {
  newPlant,
  type Plant,
  readToken,
  settled,
  success,
  type TokenJson,
  tabTo,
  waitForFocus,
} from './tokens-page.ts'

let server: Server
let plant: Plant
let empty: Plant
let token: TokenJson

beforeAll(async () => {
  server = await startServer({ onboard: true })
  plant = await newPlant(server, 'Nordwerk')
  empty = await newPlant(server)
  const id = await plant.newBucket('raw')
  await plant.newBucket('a bucket with a name that is longer than most')
  const permissions = [
    { action: 'write', resource: { type: 'buckets', id, orgID: plant.id } },
    { action: 'read', resource: { type: 'tasks', orgID: plant.id } },
  ] as const
  token = await plant.newToken('A furnace of line 3, whose name is longer than most', { permissions })
  await plant.newToken('asleep', { status: 'inactive', expiresAt: new Date(Date.now() + 3_600_000).toISOString() })
  await plant.newToken('')
  for (let i = 10; i < 25; i++) await plant.newToken(`pump ${i}`)
})

interface Scene {
  readonly name: string
  readonly address: () => string
  /** What makes it appear, and waits until it is there. */
  readonly act?: (page: Page) => Promise<unknown>
}

const press = (page: Page, hook: string) => page.getByTestId(hook).first().click()
const list = () => plant.list()
const BROKEN = { allow: /status of 5\d\d/ }

const SCENES: readonly Scene[] = [
  { name: 'the list', address: list },
  { name: 'the empty list', address: () => empty.list() },
  { name: 'nothing matches', address: () => plant.list('?searchTerm=nothing') },
  {
    name: 'the list that could not be loaded',
    address: list,
    act: async page => {
      await page.route(/authorizations\?orgID/, route => route.fulfill({ status: 500, json: { message: 'no' } }))
      await page.reload()
      await page.getByTestId('state-error').waitFor()
    },
  },
  { name: 'a description being edited', address: list, act: page => press(page, `token-edit-${token.id}`) },
  { name: 'the menu of sorting', address: list, act: page => press(page, 'tokens-sort') },
  { name: 'the menu of generating', address: list, act: page => press(page, 'generate') },
  { name: 'the menu of a row', address: list, act: page => press(page, `token-menu-${token.id}`) },
  { name: 'the question before deleting', address: list, act: page => press(page, `token-delete-${token.id}`) },
  {
    name: 'the details, with a filter',
    address: list,
    act: async page => {
      await press(page, `token-title-${token.id}`)
      await press(page, 'token-expiry-change')
      await page.getByTestId('token-lifetime').selectOption('until')
      await page.getByTestId('permission-filter').fill('ra')
    },
  },
  { name: 'the all-access dialog', address: () => plant.list('/generate/all-access') },
  {
    name: 'the custom dialog, with all groups open',
    address: () => plant.list('/generate/custom-api'),
    act: async page => {
      for (const kind of ['buckets', 'telegrafs', 'other']) await press(page, `permission-group-${kind}`)
      await press(page, 'permission-read-tasks')
      await press(page, 'permission-read-buckets')
      await page.locator('[data-testid^="permission-write-buckets-"]').first().click()
    },
  },
  {
    name: 'limits to measurements: one that is being typed, with a fault and a remark, and one that stands',
    address: () => plant.list('/generate/custom-api'),
    act: async page => {
      await press(page, 'permission-group-buckets')
      const boxes = page.locator('[data-testid^="permission-write-buckets-"]')
      await boxes.nth(0).click()
      await boxes.nth(1).click()
      await limit(page, 0, `cpu\n${'temperature-'.repeat(15)}\na name with, a comma`)
      await page.getByRole('button', { name: 'Done' }).click()
      await limit(page, 1, 'cpu \nmem\nmem')
      await page.locator('.field-error').waitFor()
    },
  },
  {
    name: 'the secret, and the question before it closes',
    address: () => empty.list('/generate/all-access'),
    act: async page => {
      await press(page, 'generate-save')
      secretsSeen.add(await page.getByTestId('secret').inputValue())
      expect(await violationsOf(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByTestId('secret-warning').waitFor()
      // The empty list is to stay so.
      for (const { id } of await empty.tokens()) {
        await server.request('DELETE', `/api/v2/authorizations/${id}`, { token: server.onboarded!.operator })
      }
    },
  },
  {
    name: 'several selected, and the question before they are deleted',
    address: list,
    act: async page => {
      await press(page, 'token-select-page')
      expect(await violationsOf(page)).toEqual([])
      await press(page, 'bulk-delete')
    },
  },
  {
    name: 'notifications of both kinds',
    address: list,
    act: async page => {
      await press(page, `token-id-copy-${token.id}`)
      await page.route('**/api/v2/authorizations/*', route => route.fulfill({ status: 500, json: { message: 'no' } }))
      await press(page, `token-delete-${token.id}`)
      await press(page, 'token-delete-confirm')
      await page.getByTestId('notification-error').first().waitFor()
    },
  },
]

/** Opens the limit of the bucket that is ticked as the first, the second …, and types into it. */
async function limit(page: Page, which: number, typed: string): Promise<void> {
  await page
    .getByRole('button', { name: /^(Limit to|Change the) measurements/ })
    .nth(which)
    .click()
  await page.getByRole('textbox', { name: /^Measurements of bucket/ }).fill(typed)
}

/** 1280 × 800 at 200 % is this many pixels of a style sheet. */
const ZOOMED = { width: 640, height: 400 }
const WIDE = { width: 1280, height: 800 }

const SIGHTS = [
  { colorScheme: 'light', size: WIDE },
  { colorScheme: 'dark', size: WIDE },
  { colorScheme: 'dark', size: NARROW },
  { colorScheme: 'light', size: NARROW },
  { colorScheme: 'light', size: ZOOMED },
] as const

/** By how many pixels the page, or the dialog in front, has to be scrolled sideways. */
async function beyond(page: Page): Promise<number> {
  const overflow = (one: { scrollWidth: number; clientWidth: number }) => one.scrollWidth - one.clientWidth
  const dialogs = await page
    .locator('dialog[open] .dialog-body')
    .evaluateAll(all => all.map(one => one.scrollWidth - one.clientWidth))
  return Math.max(await page.locator('html').evaluate(overflow), ...dialogs)
}

test.each(SCENES.map(scene => [scene.name, scene] as const))(
  '%s: in both themes, on 1280 and 360 pixels and at twice the size, every rule is kept and nothing is to be scrolled sideways',
  async (_, { address, act }) => {
    const page = await visit(server, address(), { ...BROKEN, colorScheme: 'light' })
    await settled(page)
    if (address().includes('/generate/')) await page.getByTestId('dialog').waitFor()
    await act?.(page)
    const layers = page.locator('[role="menu"], [role="dialog"], dialog[open], [data-testid="token-edit-input"]')
    const inFront = await layers.count()
    for (const { colorScheme, size } of SIGHTS) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize(size)
      const found = { violations: await violationsOf(page), beyond: await beyond(page) }
      expect({ colorScheme, size, ...found }).toEqual({ colorScheme, size, violations: [], beyond: 0 })
      // What is looked at is still there.
      expect(await layers.count()).toBe(inFront)
    }
  },
)

describe('by keyboard alone', () => {
  test('a description is edited, the token made inactive, and the focus is where it was', async () => {
    const place = await newPlant(server)
    const { id } = await place.newToken('before')
    const page = await visit(server, place.list())
    await settled(page)
    await tabTo(page, `token-edit-${id}`)
    await page.keyboard.press('Enter')
    await waitForFocus(page, 'token-edit-input')
    await page.keyboard.type('after')
    await page.keyboard.press('Enter')
    await success(page, 'was updated').waitFor()
    await waitForFocus(page, `token-edit-${id}`)
    await tabTo(page, `token-title-${id}`, 'Shift+Tab')
    await page.keyboard.press('Enter')
    await tabTo(page, 'status-switch')
    await page.keyboard.press('Space')
    await success(page, 'is inactive').waitFor()
    expect(await readToken(server, id)).toMatchObject({ description: 'after', status: 'inactive' })
    await page.keyboard.press('Escape')
    await waitForFocus(page, `token-title-${id}`)
  })

  test('a custom token is generated, and its secret kept', async () => {
    const place = await newPlant(server)
    await place.newBucket('raw')
    const page = await visit(server, place.list(), { clipboard: true })
    await settled(page)
    await tabTo(page, 'generate')
    await page.keyboard.press('Enter')
    await waitForFocus(page, 'generate-all-access')
    await page.keyboard.press('ArrowDown')
    await waitForFocus(page, 'generate-custom')
    await page.keyboard.press('Enter')
    await waitForFocus(page, 'token-description')
    await page.keyboard.type('by hand')
    await tabTo(page, 'permission-group-buckets')
    await page.keyboard.press('Enter')
    await tabTo(page, 'permission-write-buckets')
    await page.keyboard.press('Space')
    await tabTo(page, 'generate-save')
    await page.keyboard.press('Enter')
    secretsSeen.add(await page.getByTestId('secret').inputValue())
    await tabTo(page, 'secret-copy')
    await page.keyboard.press('Enter')
    await success(page, 'clipboard').waitFor()
    await page.keyboard.press('Escape')
    await page.getByTestId('secret').waitFor({ state: 'detached' })
    expect(await place.tokens()).toMatchObject([{ description: 'by hand', permissions: [{ action: 'write' }] }])
  })

  test('a token is deleted; the focus was on the safe answer, and goes on to the next row', async () => {
    const place = await newPlant(server)
    const first = await place.newToken('a')
    const second = await place.newToken('b')
    const page = await visit(server, place.list())
    await settled(page)
    await tabTo(page, `token-delete-${first.id}`)
    await page.keyboard.press('Enter')
    await page.locator(':focus').filter({ hasText: 'Cancel' }).waitFor()
    await tabTo(page, 'token-delete-confirm')
    await page.keyboard.press('Enter')
    await waitForFocus(page, `token-title-${second.id}`)
    expect(await place.tokens()).toHaveLength(1)
  })

  test('the focus stays in a dialog however often Tab is pressed', async () => {
    const page = await visit(server, plant.list())
    await press(page, `token-title-${token.id}`)
    await page.getByTestId('dialog').waitFor()
    for (let i = 0; i < 25; i++) {
      await page.keyboard.press('Tab')
      // Chromium itself takes one step of the round, which is in no document.
      const place = await page.evaluate(
        `document.activeElement === document.body || document.activeElement.closest('dialog') !== null`,
      )
      expect(place).toBe(true)
    }
  })
})

test('whoever asks for less motion sees none', async () => {
  const page = await visit(server, plant.list(), { reducedMotion: 'reduce' })
  await press(page, `token-title-${token.id}`)
  await page.getByTestId('dialog').waitFor()
  const longest = await page.evaluate<number>(`Math.max(0, ...document.getAnimations().map(animation =>
    animation.effect.getTiming().iterations === Infinity ? 0 : Number(animation.effect.getTiming().duration)))`)
  expect(longest).toBeLessThanOrEqual(1)
  const durations = await page
    .locator('*')
    .evaluateAll(all => all.map(one => one.computedStyleMap().get('transition-duration')?.toString() ?? '0s'))
  expect([...new Set(durations)].filter(duration => Number.parseFloat(duration) > 0.01)).toEqual([])
})
