// Every screen and dialog keeps the rules of WCAG 2.2 A and AA that a program can check, in both themes.
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer } from '../e2e/server.ts'
import { violationsOf } from './axe.ts'
import { NARROW, visit } from './browser.ts'

let server: Server
let fresh: Server
beforeAll(async () => {
  server = await startServer({ onboard: true })
  fresh = await startServer()
})

interface Scene {
  readonly name: string
  /** Below the organization's address. */
  readonly path?: string
  readonly stranger?: 'of a fresh server' | 'of one that is set up'
  /** Whether what makes it appear is there on wide screens only. */
  readonly isWideOnly?: boolean
  /** What makes it appear. */
  readonly act?: (page: Page) => Promise<unknown>
}

const press = (testId: string) => (page: Page) => page.getByTestId(testId).first().click()
const within = (prefix: string) => (page: Page) => page.locator(`[data-testid^="${prefix}"]`).first().click()
const button = (name: string) => (page: Page) => page.getByRole('button', { name }).click()
const inTurn =
  (...acts: readonly ((page: Page) => Promise<unknown>)[]) =>
  async (page: Page) => {
    for (const act of acts) await act(page)
  }

const SCENES: readonly Scene[] = [
  { name: 'onboarding', stranger: 'of a fresh server', act: page => page.getByLabel('Bucket').waitFor() },
  { name: 'onboarding with faults', stranger: 'of a fresh server', act: button('Set up') },
  { name: 'sign-in', stranger: 'of one that is set up', act: page => page.getByLabel('User name').waitFor() },
  { name: 'API Tokens', path: 'load-data/tokens', act: page => page.getByTestId('tokens-list').waitFor() },
  { name: 'the menu that generates', path: 'load-data/tokens', act: press('generate') },
  { name: 'a description that is being edited', path: 'load-data/tokens', act: within('token-edit-') },
  {
    name: 'the details of a token, with a date',
    path: 'load-data/tokens',
    act: inTurn(within('token-title-'), press('token-expiry-change'), async page => {
      await page.getByTestId('token-lifetime').selectOption('until')
    }),
  },
  { name: 'the question before a token is deleted', path: 'load-data/tokens', act: within('token-delete-') },
  {
    name: 'several tokens, about to be deleted',
    path: 'load-data/tokens',
    act: inTurn(press('token-select-page'), press('bulk-delete')),
  },
  {
    name: 'no match',
    path: 'load-data/tokens?searchTerm=nothing',
    act: page => page.getByTestId('state-no-match').waitFor(),
  },
  { name: 'the all-access dialog', path: 'load-data/tokens/generate/all-access', act: press('token-description') },
  {
    name: 'the custom dialog, with boxes covered and mixed',
    path: 'load-data/tokens/generate/custom-api',
    act: inTurn(
      press('permission-group-buckets'),
      press('permission-read-buckets'),
      within('permission-write-buckets-'),
      press('permission-group-other'),
      press('permission-read-tasks'),
    ),
  },
  {
    name: 'a secret that is shown once, and the question before it is lost',
    path: 'load-data/tokens/generate/all-access',
    act: inTurn(press('generate-save'), press('secret-done'), page => page.getByTestId('secret-warning').waitFor()),
  },
  { name: 'Buckets', path: 'load-data/buckets', act: page => page.locator('tbody tr').first().waitFor() },
  { name: 'the dialog that creates a bucket', path: 'load-data/buckets', act: press('bucket-create') },
  { name: 'the dialog that changes a bucket', path: 'load-data/buckets', act: within('bucket-edit-') },
  { name: 'the question before a bucket is deleted', path: 'load-data/buckets', act: within('bucket-delete-') },
  { name: 'Members', path: 'members', act: page => page.locator('tbody tr').first().waitFor() },
  { name: 'the dialog that invites', path: 'members', act: inTurn(press('member-invite'), press('invite-submit')) },
  { name: 'the dialog that sets a password', path: 'members', act: within('member-password-') },
  { name: 'the question before a member is removed', path: 'members', act: within('member-remove-') },
  { name: 'About', path: 'about', act: page => page.getByTestId('snippet-telegraf').waitFor() },
  { name: 'the menu of the user', path: 'about', act: press('user-menu') },
  { name: 'the menu of organizations', path: 'about', act: press('org-switcher') },
  {
    name: 'the dialog that creates an organization',
    path: 'about',
    act: inTurn(press('org-switcher'), press('org-create')),
  },
  {
    name: 'the dialog that changes a password',
    path: 'about',
    act: inTurn(press('user-menu'), press('change-password')),
  },
  {
    name: 'an address that is nobody’s',
    path: 'nowhere',
    act: page => page.getByTestId('state-no-such-page').waitFor(),
  },
  {
    name: 'the question for the password after a session ended',
    path: 'about',
    isWideOnly: true,
    act: async page => {
      await page.getByTestId('snippet-telegraf').waitFor()
      await page.context().clearCookies()
      await page.getByTestId('navigation-members').click()
      await page.getByTestId('renewal').waitFor()
    },
  },
]

async function open(
  { path, stranger, act }: Scene,
  colorScheme: 'light' | 'dark',
  viewport?: { width: number; height: number },
) {
  const options = { colorScheme, ...(viewport && { viewport }), ...(stranger && { as: null }) }
  const address = path === undefined ? '/' : `/orgs/${server.onboarded!.orgId}/${path}`
  const page = await visit(stranger === 'of a fresh server' ? fresh : server, address, options)
  await act?.(page)
  return page
}

describe.each(['light', 'dark'] as const)('in the %s theme', theme => {
  test.each(SCENES)('$name', async scene => {
    expect(await violationsOf(await open(scene, theme))).toEqual([])
  })
})

/** 1280 × 800 at 200 % is this many pixels of a style sheet. */
const ZOOMED = { width: 640, height: 400 }

describe.each([
  ['on a screen of 360 pixels', NARROW],
  ['at 200 %', ZOOMED],
] as const)('%s', (_, viewport) => {
  test.each(SCENES.filter(({ isWideOnly }) => !isWideOnly))('$name is whole, and keeps the rules', async scene => {
    const page = await open(scene, 'light', viewport)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width)
    expect(await violationsOf(page)).toEqual([])
  })
})

test('text of twice the size stays inside a screen of 360 pixels', async () => {
  for (const scene of SCENES.filter(({ path }) => path === 'load-data/buckets' || path === 'members')) {
    const page = await open(scene, 'light', NARROW)
    await page.evaluate("document.documentElement.style.fontSize = '175%'")
    expect([scene.name, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([
      scene.name,
      NARROW.width,
    ])
  }
})
