// Every screen and dialog keeps the rules of WCAG 2.2 A and AA that a program can check, in both themes.
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
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
    act: async page => {
      await page.getByTestId('snippet-telegraf').waitFor()
      await page.context().clearCookies()
      await page.getByTestId('navigation-members').click()
      await page.getByTestId('renewal').waitFor()
    },
  },
]

async function open({ path, stranger, act }: Scene, viewport = WIDE) {
  const options = { colorScheme: 'light', viewport, ...(stranger && { as: null }) } as const
  const address = path === undefined ? '/' : `/orgs/${server.onboarded!.orgId}/${path}`
  const page = await visit(stranger === 'of a fresh server' ? fresh : server, address, options)
  await act?.(page)
  return page
}

const WIDE = { width: 1280, height: 800 }
/** 1280 × 800 at 200 % is this many pixels of a style sheet. */
const ZOOMED = { width: 640, height: 400 }

const SIGHTS = [
  { colorScheme: 'light', viewport: WIDE },
  { colorScheme: 'dark', viewport: WIDE },
  { colorScheme: 'light', viewport: NARROW },
  { colorScheme: 'light', viewport: ZOOMED },
] as const

// One visit for all sights: to look is quick, to come is not.
test.each(SCENES)(
  '$name keeps the rules in both themes, and is whole on 360 pixels and at twice the size',
  async scene => {
    const page = await open(scene)
    for (const { colorScheme, viewport } of SIGHTS) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize(viewport)
      const beyond = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
      const found = { violations: await violationsOf(page), beyond }
      expect({ colorScheme, viewport, ...found }).toEqual({ colorScheme, viewport, violations: [], beyond: 0 })
    }
  },
)

test('text of twice the size stays inside a screen of 360 pixels', async () => {
  for (const scene of SCENES.filter(({ path }) => path === 'load-data/buckets' || path === 'members')) {
    const page = await open(scene, NARROW)
    await page.evaluate("document.documentElement.style.fontSize = '175%'")
    expect([scene.name, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([
      scene.name,
      NARROW.width,
    ])
  }
})
