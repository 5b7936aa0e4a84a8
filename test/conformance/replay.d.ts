export interface Request {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: unknown
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

export interface Expectation {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | null>>
  readonly body?: unknown
}

export interface Step {
  readonly request: Request
  readonly expect: Expectation
  readonly accept?: readonly Expectation[]
  readonly defect?: string
  readonly capture?: Readonly<Record<string, string>>
}

export interface Scenario {
  readonly name: string
  readonly about: string
  readonly topic: string
  readonly setup: 'fresh' | 'onboarded'
  readonly independent?: boolean
  readonly steps: readonly Step[]
}

export interface Result {
  readonly passed: number
  readonly failures: readonly string[]
}

export type Send = (request: Request) => Promise<Answer>
export type Vars = Readonly<Record<string, string>>

export const SETUP: Readonly<Record<'username' | 'password' | 'org' | 'bucket' | 'token', string>>
export function sender(url: string | URL): Send
export function onboard(send: Send): Promise<Vars>
export function fill<T>(value: T, vars: Vars): T
export function pick(spec: string, answer: Answer): unknown
export function diff(expected: unknown, actual: unknown, path?: string): string[]
export function compare(expectation: Expectation, answer: Answer, vars: Vars): string[]
export function runScenario(scenario: Scenario, send: Send, vars: Vars): Promise<Result>
export function loadScenarios(folder: string): Scenario[]
