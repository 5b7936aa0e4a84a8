import { AppError } from '../domain/errors.ts'
import { ConfigurationError } from './configured.ts'

/** Says on standard error why a command failed. @returns its exit code: 1, or 2 if it was called or configured wrongly */
export function report(cause: unknown): 1 | 2 {
  const isConfiguration = cause instanceof ConfigurationError
  process.stderr.write(isConfiguration ? `${cause.message}\n` : `sluice: ${explain(cause)}\n`)
  return isConfiguration ? 2 : 1
}

/** A failure in words for whoever types commands: what happened and, where we know, what to do. */
export function explain(cause: unknown): string {
  if (cause instanceof AppError) {
    // A passing trouble of the store; whoever has the machine may know what the engine said.
    const engine =
      cause.retryAfterSeconds !== undefined && cause.cause instanceof Error ? ` (${cause.cause.message})` : ''
    return cause.message + engine
  }
  const { code, message, port, address, path } = cause as NodeJS.ErrnoException & { port?: number; address?: string }
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${address} is taken: stop who uses it, or choose another with --listen`
    case 'EADDRNOTAVAIL':
      return `${address} is not an address of this machine: choose another with --listen`
    case 'EACCES':
    case 'EPERM':
      return `no permission for ${path ?? `port ${port}`}`
    case 'ENOENT':
      return `${path} does not exist`
    case 'EISDIR':
      return `${path ?? 'it'} is a directory, not a file`
    case 'ENOTDIR':
      return `${path} does not exist: something above it is a file`
    case 'EROFS':
      return `${path} cannot be written: its file system is read-only`
    case 'ENOSPC':
      return `the disk is full${path === undefined ? '' : ` (${path})`}`
    default:
      return message ?? String(cause)
  }
}
