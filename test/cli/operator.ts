// The built CLI in the hands of a server's operator.
import { type Server, secretsSeen } from '../e2e/server.ts'
import { type Called, type CallOptions, type Home, influx, makeHome } from './call.ts'

export interface Operator {
  readonly home: Home
  run(args: readonly string[], options?: CallOptions): Promise<Called>
  /** What a call prints. @throws Error unless it succeeds and says nothing on stderr */
  print(...args: readonly string[]): Promise<string>
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what tests find out
  json(...args: readonly string[]): Promise<any>
  /** What a call says on stderr. @throws Error unless it fails, with nothing on stdout */
  fail(...args: readonly string[]): Promise<string>
}

/** The operator of a server; the environment says which server, which token, and which organization if there is one. */
export function operatorOf({ url, onboarded }: Pick<Server, 'url' | 'onboarded'>, org?: string): Operator {
  const home = makeHome()
  const credential = { INFLUX_HOST: url, INFLUX_TOKEN: onboarded?.operator ?? 'made-up-token', INFLUX_ORG: org }

  async function run(args: readonly string[], options: CallOptions = {}): Promise<Called> {
    const called = await influx(args, home, { ...options, env: { ...credential, ...options.env } })
    for (const [token] of called.stdout.matchAll(/slc_[0-9A-Za-z]{49}/g)) secretsSeen.add(token)
    return called
  }
  async function print(...args: readonly string[]): Promise<string> {
    const { exit, stdout, stderr } = await run(args)
    if (exit !== 0 || stderr !== '') throw new Error(`influx ${args.join(' ')}: exit code ${exit}, it said: ${stderr}`)
    return stdout
  }
  return {
    home,
    run,
    print,
    json: async (...args) => JSON.parse(await print(...args, '--json')),
    async fail(...args) {
      const { exit, stdout, stderr } = await run(args)
      if (exit !== 1 || stdout !== '')
        throw new Error(`influx ${args.join(' ')}: exit code ${exit}, it said: ${stdout}`)
      return stderr
    },
  }
}
