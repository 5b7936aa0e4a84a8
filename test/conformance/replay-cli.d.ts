import type { Send } from './replay.js'

export interface Expectation {
  readonly exit?: number
  readonly stdout?: string
  readonly stderr?: string
  readonly files?: Readonly<Record<string, string>>
  readonly anyOrder?: boolean
  readonly help?: HelpExpectation
}

export interface HelpExpectation {
  readonly name: string
  readonly flags?: readonly string[]
  readonly commands?: readonly string[]
}

export interface Step {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string | null
  readonly expect: Expectation
  readonly accept?: Readonly<Record<string, Expectation>>
  readonly capture?: Readonly<Record<string, { readonly json: string } | { readonly regex: string }>>
}

export interface Scenario {
  readonly name: string
  readonly about: string
  readonly setup: Readonly<Record<string, string>> | null
  readonly files?: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
}

export interface Result {
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunningServer {
  readonly url: string
  readonly send?: Send
  stop(): Promise<unknown>
}

export interface Options {
  /** A shell command; the arguments of a step are appended. */
  readonly cli: string
  readonly start: () => Promise<RunningServer>
  /** The only reading that counts, in scenarios that have it. */
  readonly variant?: string
  readonly onStep?: (args: readonly string[], result: Result) => void
}

export function compareText(expected: string, actual: string, anyOrder?: boolean): string | undefined
export function compareHelp(expected: HelpExpectation, text: string): string | undefined
export function fill<T>(value: T, vars: Readonly<Record<string, string>>): T
export function runCli(
  cli: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  stdin?: string | null,
): Promise<Result>
export function runScenario(scenario: Scenario, options: Options): Promise<string | undefined>
export function loadScenarios(path: string): Scenario[]
