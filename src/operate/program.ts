import { Command, Option } from 'commander'
import { FLAGS } from '../config/settings.ts'
import type { Flags } from '../config/statement.ts'
import { VERSION } from '../version.ts'

/** A command that is read by others and only listed here. */
export interface ListedCommand {
  readonly name: string
  readonly purpose: string
}

/**
 * The part of the `sluice` command line that is done on the server's own machine. Each command is loaded when it is called.
 *
 * @param clients commands that talk to a server, to be named in the help
 */
export function program(clients: readonly ListedCommand[] = []): Command {
  const sluice = new Command('sluice')
    .description('The token authority for InfluxDB.')
    .version(VERSION, '-v, --version')
    .helpCommand('help [command]', 'Show what a command does, its flags and an example.')
    .showHelpAfterError('(sluice --help shows what there is)')
    .commandsGroup('On the machine of the server:')
    .exitOverride()
  declareServe(sluice)
  declareDoctor(sluice)
  declareUpstream(sluice)
  declareBackup(sluice)
  declareRestore(sluice)
  declareRecovery(sluice)
  declareToken(sluice)
  sluice.commandsGroup('With a server, here or elsewhere, as influx does:')
  for (const { name, purpose } of clients) sluice.command(name).description(`${purpose}.`)
  return sluice
}

function declareServe(sluice: Command): void {
  const serve = command(
    sluice,
    'serve',
    'Run the server. At SIGTERM, or Ctrl-C, it finishes what it has begun and ends.',
    'sluice serve --listen 127.0.0.1:8086 --data /var/lib/sluice',
  )
  for (const { flag, help } of FLAGS) serve.addOption(new Option(flag, help))
  serve.action(run(async (flags: Flags) => (await import('./serve.ts')).serve(flags)))
}

function declareDoctor(sluice: Command): void {
  const purpose = 'Say what is wrong with this set-up, and what to do about it. Changes nothing.'
  const doctor = command(sluice, 'doctor', purpose, 'sluice doctor --config /etc/sluice/sluice.toml')
  for (const { flag, help } of FLAGS) doctor.addOption(new Option(flag, help))
  doctor
    .option('--json', 'Write the findings as JSON.')
    .action(
      run(async ({ json, ...flags }: Flags & { json?: true }) =>
        (await import('./doctor.ts')).doctor(flags, { json: json === true }),
      ),
    )
}

function declareUpstream(sluice: Command): void {
  const upstream = group(sluice, 'upstream', 'The InfluxDBs behind the gateway.')
  inDirectory(
    command(
      upstream,
      'check',
      'Say of each upstream of the settings whether it can be reached, what it runs, and whether its credential is good ' +
        'enough. Changes nothing.',
      'sluice upstream check lab --config /etc/sluice/sluice.toml',
    ),
  )
    .argument('[name]', 'the upstream; all of them unless given')
    .option('--json', 'Write what was found as JSON.')
    .action(
      run(async (name: string | undefined, { json, ...flags }: Flags & { json?: true }) =>
        (await import('./upstream-check.ts')).upstreamCheck(name, flags, { json: json === true }),
      ),
    )
  declareImport(upstream)
}

function declareImport(upstream: Command): void {
  inDirectory(
    command(
      upstream,
      'import-buckets',
      'Create a bucket for each database that an upstream has and no bucket is bound to, while the server runs or not. ' +
        'Shows them first, and asks.',
      'sluice upstream import-buckets lab --org my-org --dry-run',
    ),
  )
    .argument('<name>', 'the upstream')
    .requiredOption('--org <NAME>', 'The organization that the buckets will belong to.')
    .option('--dry-run', 'Show what would be created, and create nothing.')
    .option('--yes', 'Do not ask.')
    .option('--json', 'Write what was found and done as JSON.')
    .action(
      run(async (name: string, { org, dryRun, yes, json, ...flags }: ImportFlags) =>
        (await import('./upstream-import.ts')).importBuckets(name, flags, {
          org,
          dryRun: dryRun === true,
          yes: yes === true,
          json: json === true,
        }),
      ),
    )
}

type ImportFlags = Flags & { org: string; dryRun?: true; yes?: true; json?: true }

function declareBackup(sluice: Command): void {
  const purpose = 'Write a consistent copy of the data to FILE, while the server runs or not.'
  inDirectory(command(sluice, 'backup', purpose, 'sluice backup /backup/sluice-$(date +%F).db'))
    .argument('<file>', 'where to write it; a name that is free')
    .action(run(async (file: string, flags: Flags) => (await import('./backup.ts')).backup(file, flags)))
}

function declareRestore(sluice: Command): void {
  const purpose =
    'Put the backup FILE in the place of the data, with the server stopped. Shows first which revocations that would undo; ' +
    'what was there is kept beside it.'
  inDirectory(command(sluice, 'restore', purpose, 'sluice restore /backup/sluice-2025-06-01.db'))
    .argument('<file>', 'a file that `sluice backup` wrote')
    .option('--yes', 'Do not ask.')
    .option('--json', 'Write what would be undone as JSON, all of it.')
    .action(
      run(async (file: string, { yes, json, ...flags }: Flags & { yes?: true; json?: true }) =>
        (await import('./restore.ts')).restore(file, flags, { yes: yes === true, json: json === true }),
      ),
    )
}

function declareRecovery(sluice: Command): void {
  const purpose = 'Get in again when everybody is locked out, with the server stopped.'
  const recovery = group(sluice, 'recovery', purpose)
  inDirectory(
    command(
      recovery,
      'create-operator',
      'Create a token that may do everything, for a user who is there, and print it.',
      'sluice recovery create-operator --user admin --org my-org > token',
    ),
  )
    .requiredOption('--user <NAME>', 'Who will own it.')
    .requiredOption('--org <NAME>', 'The organization it will belong to.')
    .action(
      run(async ({ user, org, ...flags }: Flags & { user: string; org: string }) =>
        (await import('./recovery.ts')).recoverOperator({ user, org }, flags),
      ),
    )
  inDirectory(
    command(
      recovery,
      'set-password',
      "Set a user's password, and end his sessions.",
      'sluice recovery set-password --user admin --password-file password.txt',
    ),
  )
    .requiredOption('--user <NAME>', 'Whose password.')
    .requiredOption('--password-file <FILE>', 'File that holds it; a line feed at its end does not count.')
    .action(
      run(async ({ user, passwordFile, ...flags }: Flags & { user: string; passwordFile: string }) =>
        (await import('./recovery.ts')).recoverPassword({ user, passwordFile }, flags),
      ),
    )
  inDirectory(
    command(
      recovery,
      'activate-user',
      'Activate a user who was made inactive.',
      'sluice recovery activate-user --user admin',
    ),
  )
    .requiredOption('--user <NAME>', 'Who.')
    .action(
      run(async ({ user, ...flags }: Flags & { user: string }) =>
        (await import('./recovery.ts')).recoverUser({ user }, flags),
      ),
    )
}

function declareToken(sluice: Command): void {
  const token = group(sluice, 'token', 'What can be said about a token without asking a server.')
  command(
    token,
    'identify',
    'Say whether a text is a token that Sluice made, by its form and checksum. Reads it from standard input or a file, ' +
      'never from the command line, which others can see.',
    'sluice token identify < token',
  )
    .option('--token-file <FILE>', 'File that holds it. Default: standard input.')
    .action(
      run(async ({ tokenFile }: { tokenFile?: string }) => (await import('./identify.ts')).identifyToken(tokenFile)),
    )
}

/** A command with all that its help owes: a purpose and an example. */
function command(parent: Command, name: string, purpose: string, example: string): Command {
  const path = parent.name() === 'sluice' ? name : `${parent.name()} ${name}`
  return parent
    .command(name)
    .description(purpose)
    .summary(purpose.slice(0, purpose.indexOf('.') + 1))
    .addHelpText('after', `\nExample:\n  ${example}`)
    .showHelpAfterError(`(sluice ${path} --help shows how)`)
}

function group(parent: Command, name: string, purpose: string): Command {
  return parent
    .command(name)
    .description(purpose)
    .helpCommand('help [command]', 'Show what a command does, its flags and an example.')
    .showHelpAfterError(`(sluice ${name} --help shows what there is)`)
}

/** The two flags of commands that need no more of the configuration than where the data is. */
function inDirectory(one: Command): Command {
  for (const { flag, help } of FLAGS) if (/^--(data|config) /.test(flag)) one.addOption(new Option(flag, help))
  return one
}

/** An action whose failure is a sentence on standard error and an exit code. */
function run<Arguments extends unknown[]>(
  action: (...args: Arguments) => Promise<void>,
): (...args: Arguments) => Promise<void> {
  return async (...args) => {
    try {
      await action(...args)
    } catch (cause) {
      const { report } = await import('./explain.ts')
      process.exitCode = report(cause)
    }
  }
}
