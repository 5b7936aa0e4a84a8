// The baseline of what is asked over HTTP: the same headers and the same bytes, whatever is asked, and nothing else.
import { createServer } from 'node:http'

const { headers, body } = JSON.parse(process.env.BARE_ANSWER)
const flat = headers.flat()

const server = createServer((_, outgoing) => {
  outgoing.writeHead(200, flat)
  outgoing.end(body)
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${server.address().port}\n`))
process.on('SIGTERM', () => process.exit(0))
