import type { IncomingMessage, ServerResponse } from 'node:http'

interface Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

const LINGER_MS = 2_000

/**
 * To be called before the head of an answer to a request that may still be coming. Who wants the connection closed would
 * have it closed with the answer, and who is still sending would see that and not the answer.
 */
export function stayOpenIfUnread({ incoming, outgoing }: Exchange): void {
  if (incoming.complete || outgoing.headersSent || outgoing.shouldKeepAlive) return
  outgoing.shouldKeepAlive = true
  incoming.once('end', () => incoming.socket.end())
}

/** To be called after the answer: a client that is still sending is read for a while, and its bytes are thrown away. */
export function lingerIfUnread({ incoming }: Exchange): void {
  if (incoming.complete) return
  const { socket } = incoming
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  const done = () => clearTimeout(timer)
  incoming.once('end', done)
  socket.once('close', done)
  incoming.resume()
}
