/** What scripts of shells put at the end of a command line to ask what may stand there. Source: CLI contract 1.9. */
export const COMPLETION_MARK = '--generate-bash-completion'
