/** The command line is wrong. `showsHelp`: the command's help goes to stdout first, as the reference does. */
export class UsageError extends Error {
  readonly showsHelp: 'no' | 'bare' | 'with-message'

  constructor(message: string, showsHelp: 'no' | 'bare' | 'with-message' = 'no') {
    super(message)
    this.name = 'UsageError'
    this.showsHelp = showsHelp
  }
}
