// Takes the pictures of docs/images/: `node scripts/pictures.js`, after a build. A server of its own with made-up tokens,
// Debian's Chromium, and every main screen in both themes and two widths.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const IMAGES = fileURLToPath(new URL('../docs/images/', import.meta.url))
const PROGRAM = fileURLToPath(new URL('../bin/sluice', import.meta.url))
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const DAY_MS = 86_400_000
const PASSWORD = 'made-up-for-pictures'
const WIDTHS = { wide: { width: 1280, height: 800 }, narrow: { width: 360, height: 740 } }

/** Starts a server with nothing in it. @returns its address, and how to end it */
async function startServer() {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-pictures-'))
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--listen', '127.0.0.1:0', '--data', directory])
  process.once('exit', () => child.kill())
  let log = ''
  child.stderr.on('data', chunk => (log += chunk))
  const url = await new Promise((resolve, reject) => {
    child.stdout.on('data', chunk => {
      const found = /ready at (http:\S+)/.exec(chunk)
      if (found) resolve(found[1])
    })
    child.once('exit', () => reject(new Error(log)))
  })
  const stop = () => {
    child.kill()
    child.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  }
  return { url, stop }
}

/** What somebody might have there. */
async function fill(url) {
  const ask = async (path, body, token) => {
    const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Token ${token}` }) }
    const method = body === undefined ? 'GET' : 'POST'
    const answer = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const names = { username: 'ana', password: PASSWORD, org: 'plant', bucket: 'raw' }
  const { auth, org, bucket } = await ask('/api/v2/setup', names)
  const { token } = auth
  const users = [
    await ask('/api/v2/users', { name: 'telegraf' }, token),
    await ask('/api/v2/users', { name: 'li' }, token),
  ]
  for (const { id } of users) await ask(`/api/v2/orgs/${org.id}/members`, { id }, token)
  const hourly = await ask(
    '/api/v2/buckets',
    { orgID: org.id, name: 'hourly', retentionRules: [{ type: 'expire', everySeconds: 2_592_000 }] },
    token,
  )
  const on = (action, { id }) => ({ action, resource: { type: 'buckets', id, orgID: org.id } })
  const all = action => ({ action, resource: { type: 'buckets', orgID: org.id } })
  const tokens = [
    ['Telegraf on press 4', [on('write', bucket)], { userID: users[0].id }],
    ['Grafana, read only', [all('read')], {}],
    ['Nightly aggregation', [on('read', bucket), on('write', hourly)], { userID: users[0].id }],
    [
      'Commissioning of line 7',
      [all('read'), all('write')],
      { expiresAt: new Date(Date.now() + 2.5 * DAY_MS).toISOString() },
    ],
    ['Old gateway in hall B', [on('write', bucket)], { status: 'inactive' }],
    ['Predictions for the compressors', [all('read')], { userID: users[1].id }],
  ]
  for (const [description, permissions, more] of tokens) {
    await ask('/api/v2/authorizations', { orgID: org.id, description, permissions, ...more }, token)
  }
  return { orgID: org.id }
}

/** The screens, each from the list of tokens. */
const SCREENS = {
  tokens: async () => {},
  details: async page => {
    await page.getByText('Nightly aggregation').click()
    await page.getByTestId('status-switch').waitFor()
  },
  custom: async page => {
    await page.getByTestId('generate').click()
    await page.getByTestId('generate-custom').click()
    await page.getByRole('button', { name: 'Buckets' }).last().click()
    await page.getByTestId('permission-read-buckets').waitFor()
  },
  buckets: async (page, { base }) => {
    await page.goto(`${base}/load-data/buckets`)
    await page.getByText('hourly').first().waitFor()
  },
  members: async (page, { base }) => {
    await page.goto(`${base}/members`)
    await page.getByText('telegraf').first().waitFor()
  },
  about: async (page, { base }) => {
    await page.goto(`${base}/about`)
    await page.getByText('Connect a client').waitFor()
  },
}

async function take(browser, { url, orgID }, theme, width) {
  const context = await browser.newContext({ viewport: WIDTHS[width], colorScheme: theme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const base = `${url}/orgs/${orgID}`
  await page.goto(`${url}/signin`)
  await page.getByLabel('User name').fill('ana')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/load-data/**')
  for (const [screen, open] of Object.entries(SCREENS)) {
    await page.goto(`${base}/load-data/tokens`)
    await page.getByText('Telegraf on press 4').waitFor()
    await open(page, { base })
    await page.evaluate(() => document.activeElement?.blur())
    await page.waitForLoadState('networkidle')
    await page.screenshot({ path: join(IMAGES, `${screen}-${theme}-${width}.png`) })
    process.stderr.write(`${screen}, ${theme}, ${width}\n`)
  }
  await context.close()
}

if (CHROMIUM === undefined) throw new Error('there is no Chromium: npm test installs it on Debian')
mkdirSync(IMAGES, { recursive: true })
const server = await startServer()
const place = { url: server.url, ...(await fill(server.url)) }
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
for (const theme of ['light', 'dark']) for (const width of Object.keys(WIDTHS)) await take(browser, place, theme, width)
await browser.close()
server.stop()
