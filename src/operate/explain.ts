import { AppError } from '../domain/errors.ts'

/** A failure in words for whoever types commands: what happened and, where we know, what to do. */
export function explain(cause: unknown): string {
  if (cause instanceof AppError) return cause.message
  const { code, message, port, address, path } = cause as NodeJS.ErrnoException & { port?: number; address?: string }
  if (code === 'EADDRINUSE')
    return `port ${port} of ${address} is taken: stop who uses it, or choose another with --listen`
  if (code === 'EADDRNOTAVAIL') return `${address} is not an address of this machine: choose another with --listen`
  if (code === 'EACCES') return `no permission for ${path ?? `port ${port}`}`
  if (code === 'ENOENT') return `${path} does not exist`
  return message ?? String(cause)
}
