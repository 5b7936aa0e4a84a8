import type { IncomingMessage, ServerResponse } from 'node:http'

interface Exchange {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

const LINGER_MS = 2_000

/**
 * To be called before the head of an answer to a request that may still be coming. If the connection closes with the answer,
 * Node closes both of its directions at once, and who is still sending would see that and not the answer: so the rest of
 * the request is read first, for a while.
 */
export function closeWhenRead({ incoming, outgoing }: Exchange): void {
  if (incoming.complete || outgoing.headersSent || outgoing.shouldKeepAlive) return
  const { socket } = incoming
  const close = socket.destroySoon
  // Said to be closed in the head of the answer, or the client would send its next request into the void.
  socket.destroySoon = () => {
    socket.destroySoon = close
    if (incoming.complete) return socket.destroySoon()
    incoming.once('end', () => socket.destroySoon())
    destroyUnlessRead(incoming)
  }
}

/** To be called after the answer: a client that is still sending is read for a while, and its bytes are thrown away. */
export function lingerIfUnread({ incoming }: Exchange): void {
  if (incoming.complete) return
  destroyUnlessRead(incoming)
  incoming.resume()
}

function destroyUnlessRead(incoming: IncomingMessage): void {
  const { socket } = incoming
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  const done = () => clearTimeout(timer)
  incoming.once('end', done)
  socket.once('close', done)
}
