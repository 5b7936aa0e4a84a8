import { notInflux } from '../api-error.ts'
import { activeConfig, type Configs, readConfigs, requireWritable, switchTo, writeConfigs } from '../configs.ts'
import { configsPath, connect } from '../connection.ts'
import { parseDuration, printSeconds } from '../duration.ts'
import type { Invocation } from '../invocation.ts'
import { withPrefix } from '../org-choice.ts'
import { print } from '../output.ts'
import { createPrompter } from '../prompt.ts'
import { fetchObject } from './fetch-record.ts'

interface Wanted {
  readonly username: string
  readonly password: string
  readonly org: string
  readonly bucket: string
  readonly retentionSeconds: number
}

interface SetupAnswer {
  readonly user: { readonly name: string }
  readonly org: { readonly name: string }
  readonly bucket: { readonly name: string }
  readonly auth: { readonly token: string }
}

/** `influx setup`: the token goes into the stored config and nowhere else. */
export async function setUp(invocation: Invocation): Promise<void> {
  const connection = await connect(invocation, true)
  const allowed = await withPrefix('failed to check if already set up', async () => {
    const { data } = await connection.api.GET('/api/v2/setup')
    if (typeof data?.allowed !== 'boolean') throw notInflux('the answer says nothing about it')
    return data.allowed
  })
  if (!allowed) throw new Error('instance has already been set up')
  const path = configsPath(invocation)
  const configs = readConfigs(path)
  const name = configName(invocation, configs)
  // Before the server makes a token that it shows this once.
  try {
    requireWritable(path, configs)
  } catch (cause) {
    throw new Error(`nothing was set up: the token could not be stored in ${path}: ${(cause as Error).message}`)
  }
  const retention = invocation.text('retention')
  const retentionSeconds = retention === undefined ? undefined : secondsOf(retention)
  const wanted = invocation.on('force')
    ? { ...given(invocation), retentionSeconds: retentionSeconds ?? 0 }
    : await ask(invocation, retentionSeconds)

  const { username, password, org, bucket } = wanted
  const token = invocation.text('token')
  const setupCode = invocation.text('setup-code')
  const body = {
    bucket,
    org,
    ...(password && { password }),
    retentionPeriodSeconds: wanted.retentionSeconds,
    ...(setupCode && { setupCode }),
    ...(token && { token }),
    username,
  }
  const made = await withPrefix('failed to setup instance', async () => {
    const answer = await fetchObject<Partial<SetupAnswer>>(connection.api.POST('/api/v2/setup', { body }))
    if (!isWhole(answer)) throw notInflux('the answer holds no token')
    return answer
  })
  remember(invocation, path, configs, name, made)
  const record = { bucket: made.bucket.name, organization: made.org.name, user: made.user.name }
  await print(invocation, {
    columns: [
      { title: 'User', of: ({ user }) => user },
      { title: 'Organization', of: ({ organization }) => organization },
      { title: 'Bucket', of: one => one.bucket },
    ],
    records: [record],
    json: record,
  })
  if (invocation.terminal.outIsTerminal) {
    invocation.terminal.err(`The operator token was stored as config "${name}" in ${path}; it is shown nowhere else.\n`)
  }
}

function isWhole(answer: Partial<SetupAnswer>): answer is SetupAnswer {
  const { user, org, bucket, auth } = answer
  const texts: unknown[] = [user?.name, org?.name, bucket?.name, auth?.token]
  return texts.every(text => typeof text === 'string')
}

function given(invocation: Invocation) {
  const text = (flag: string) => invocation.text(flag) ?? ''
  return { username: text('username'), password: text('password'), org: text('org'), bucket: text('bucket') }
}

function configName(invocation: Invocation, configs: Configs): string {
  const name = invocation.text('name')
  if (configs.size > 0 && !name) throw new Error('config name is required if you already have existing configs')
  if (name && configs.has(name)) throw new Error(`config name "${name}" already exists`)
  return name || 'default'
}

function secondsOf(text: string): number {
  let nanoseconds: number
  try {
    nanoseconds = parseDuration(text)
  } catch (cause) {
    throw new Error(`failed to parse "${text}": ${(cause as Error).message}`)
  }
  if (nanoseconds % 1e9 !== 0) throw new Error(`retention policy "${text}" is too precise, must be divisible by 1s`)
  return nanoseconds / 1e9
}

async function ask(invocation: Invocation, retentionSeconds: number | undefined): Promise<Wanted> {
  const prompter = createPrompter(invocation.terminal)
  try {
    const { username, password, org, bucket } = given(invocation)
    prompter.banner('Welcome to InfluxDB 2.0!')
    const wanted = {
      username: username || (await prompter.text('Please type your primary username')),
      password: password || (await prompter.password('Please type your password')),
      org: org || (await prompter.text('Please type your primary organization name')),
      bucket: bucket || (await prompter.text('Please type your primary bucket name')),
      retentionSeconds: retentionSeconds ?? (await askHours()),
    }
    const kept = wanted.retentionSeconds === 0 ? 'infinite' : printSeconds(wanted.retentionSeconds)
    const summary = `Setup with these parameters?\n  Username: ${wanted.username}\n  Organization: ${wanted.org}\n  Bucket: ${wanted.bucket}\n  Retention Period: ${kept}\n`
    if (!(await prompter.confirm(summary))) throw new Error('setup was canceled')
    return wanted
  } finally {
    prompter.close()
  }

  async function askHours(): Promise<number> {
    for (;;) {
      const hours = await prompter.text('Please type your retention period in hours, or 0 for infinite', '0')
      if (/^\d{1,9}$/.test(hours)) return Number(hours) * 3600
      if (!invocation.terminal.interactive)
        throw new Error(`invalid retention period "${hours}": a whole number of hours is wanted`)
      invocation.terminal.err('X Please type a whole number, 0 or more\n')
    }
  }
}

function remember(invocation: Invocation, path: string, configs: Configs, name: string, made: SetupAnswer): void {
  const url = invocation.text('host') || 'http://localhost:8086'
  const config = { ...activeConfig(new Map()).config, url, token: made.auth.token, org: made.org.name, active: false }
  try {
    writeConfigs(path, switchTo(new Map([...configs, [name, config]]), name).configs)
  } catch (cause) {
    throw new Error(`setup succeeded, but failed to write new config to local path: ${(cause as Error).message}`)
  }
}
