import { createInterface } from 'node:readline'
import { Canceled } from './interruption.ts'
import type { Terminal } from './terminal.ts'

/** Asks people; reads lines from a pipe without asking where nobody is there to answer. Source: CLI contract 1.10. */
export interface Prompter {
  /** @throws Error if there is no line to read and no preset */
  text(question: string, preset?: string): Promise<string>
  password(question: string): Promise<string>
  confirm(question: string): Promise<boolean>
  banner(text: string): void
  close(): void
}

export function createPrompter(terminal: Terminal): Prompter {
  return terminal.interactive ? asking(terminal) : readingLines(terminal)
}

/** One password, asked once. */
export async function askPassword(terminal: Terminal, question: string): Promise<string> {
  if (!terminal.interactive) throw new Error('error creating session: inappropriate ioctl for device')
  return hidden(terminal, question)
}

function readingLines(terminal: Terminal): Prompter {
  let lines: AsyncIterator<string> | undefined
  const next = async () => {
    lines ??= createInterface({ input: terminal.stdin, terminal: false })[Symbol.asyncIterator]()
    const { done, value } = await lines.next()
    return done ? undefined : value
  }
  return {
    async text(question, preset) {
      const line = (await next()) || preset
      if (line === undefined) throw new Error(`couldn't get input for prompt "${question}": no data on stdin`)
      return line
    },
    password: async () => (await next()) ?? '',
    confirm: async () => ((await next()) ?? '').startsWith('y'),
    banner: text => terminal.out(`> ${text}\n`),
    close: () => terminal.stdin.destroy(),
  }
}

function asking(terminal: Terminal): Prompter {
  async function ask(question: string): Promise<string> {
    const lines = createInterface({ input: terminal.stdin, output: process.stdout })
    try {
      return await new Promise((resolve, reject) => {
        // Readline keeps Ctrl-C to itself, and Ctrl-D too.
        lines.once('SIGINT', () => {
          terminal.out('\n')
          reject(new Canceled())
        })
        lines.once('close', () => reject(new Canceled()))
        lines.question(`? ${question} `, resolve)
      })
    } finally {
      lines.close()
    }
  }
  return {
    async text(question, preset) {
      for (;;) {
        const answer = (await ask(preset === undefined ? question : `${question} (${preset})`)) || preset
        if (answer) return answer
      }
    },
    async password(question) {
      for (;;) {
        const one = await hidden(terminal, question)
        if (one === (await hidden(terminal, `${question} again`))) return one
        terminal.err('X Passwords do not match\n')
      }
    },
    confirm: async question => /^y(?:es)?$/i.test(await ask(`${question} (y/N)`)),
    banner: text => terminal.out(`> ${text}\n`),
    close: () => {},
  }
}

/** Reads a line without showing it. */
function hidden({ stdin, out }: Terminal, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = ''
    // Before the question: what is typed at once must not be shown either.
    stdin.setRawMode(true)
    out(`? ${question} `)
    stdin.setEncoding('utf8')
    stdin.resume()
    function finish(): void {
      stdin.setRawMode(false)
      stdin.pause()
      stdin.off('data', take)
      out('\n')
    }
    function take(text: string): void {
      for (const character of text) {
        if (character === '\r' || character === '\n' || character === '\u0004') {
          finish()
          resolve(typed)
          return
        }
        if (character === '\u0003') {
          finish()
          reject(new Canceled())
          return
        }
        typed = character === '\u007f' || character === '\b' ? [...typed].slice(0, -1).join('') : typed + character
      }
    }
    stdin.on('data', take as (chunk: unknown) => void)
  })
}
