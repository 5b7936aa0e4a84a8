import type { Caller } from '../../authority/verifier.ts'
import type { FlightCall, FlightMetadata, ForwardedCall } from '../../parse/flight.ts'
import type { Action, Command } from '../../parse/flight-sql.ts'
import type { QueryLanguage, Ticket } from '../../parse/flight-ticket.ts'
import { parseInfluxql } from '../../parse/influxql/parser.ts'
import type { FlightCredential } from '../credential.ts'
import type { BoundPlace } from '../place.ts'
import type { JudgeMeans } from '../query/query-means.ts'
import { textOf } from '../query/query-request.ts'
import { approvedInfluxql, placeOfSql } from '../query/query-v3.ts'
import { isSealedBy } from './flight-seal.ts'
import { GRPC, type GrpcStatus, grpcStatusOf } from './grpc-answer.ts'

/** A call that may be forwarded, in the upstream's own names. */
export interface ApprovedCall {
  readonly place: BoundPlace
  /** The database as the caller knows it. */
  readonly database: string
  readonly language: QueryLanguage
  readonly call: ForwardedCall
  /** The command as it was given, where an answer will have a ticket for it. */
  readonly asked?: Command
}

/** Who asks, and what he proved it with. */
export interface FlightSender {
  readonly caller: Caller
  readonly credential: FlightCredential
}

interface Text {
  readonly database: string
  readonly language: QueryLanguage
  readonly text: string
}

/**
 * Whether a call may be forwarded. Each is judged by itself, whatever was answered before: of a ticket that we handed out,
 * too, its seal opens nothing.
 */
export async function judgeFlight(
  means: JudgeMeans,
  sender: FlightSender,
  metadata: FlightMetadata,
  call: FlightCall,
): Promise<ApprovedCall | GrpcStatus> {
  if (call.method === 'DoGet') return judgeTicket(means, sender, metadata, call.ticket)
  const { database } = metadata
  if (database === undefined) return invalid("no 'database' header in request")
  if (call.method === 'DoAction') return judgeAction(means, sender.caller, { ...metadata, database }, call.action)
  const language = metadata.language ?? 'sql'
  const found = await judgeCommand(means, sender.caller, { database, language, command: call.command })
  if ('code' in found) return found
  return { place: found.place, database, language, call: { ...call, command: found.command }, asked: call.command }
}

async function judgeTicket(
  means: JudgeMeans,
  { caller, credential }: FlightSender,
  metadata: FlightMetadata,
  ticket: Ticket,
): Promise<ApprovedCall | GrpcStatus> {
  const { database } = ticket
  if (metadata.database !== undefined && metadata.database !== database) return invalid(TWO_DATABASES)
  const language = ticket.kind === 'command' ? (metadata.language ?? 'sql') : ticket.language
  if (metadata.language !== undefined && metadata.language !== language) return invalid(TWO_LANGUAGES)
  const asked = { method: 'DoGet' } as const
  if (ticket.kind === 'text') {
    const found = await judgeText(means, caller, ticket)
    if ('code' in found) return found
    const { place, text } = found
    return { place, database, language, call: { ...asked, ticket: { ...ticket, database: place.database, text } } }
  }
  const { command: given } = ticket
  const found = await judgeCommand(means, caller, { database, language, command: given })
  if ('code' in found) return found
  const { place, command } = found
  if (ticket.kind === 'own' && !isSealedBy(ticket.seal, credential, { database, language, command: given, place })) {
    return { code: GRPC.permissionDenied, message: 'the ticket is not this token’s, or not for this database any more' }
  }
  return {
    place,
    database,
    language,
    call: { ...asked, ticket: { kind: 'command', database: place.database, command } },
  }
}

async function judgeAction(
  means: JudgeMeans,
  caller: Caller,
  { database, language = 'sql' }: FlightMetadata & { database: string },
  action: Action,
): Promise<ApprovedCall | GrpcStatus> {
  // In the words of 3.6.0, which has no sessions.
  if (action.kind === 'close-session') return invalid(NO_SESSIONS)
  const text = action.kind === 'prepare' ? action.text : action.statement.text
  if (language !== 'sql') return invalid(ONLY_SQL)
  const found = await judgeText(means, caller, { database, language, text })
  return 'code' in found ? found : { place: found.place, database, language, call: { method: 'DoAction', action } }
}

async function judgeCommand(
  means: JudgeMeans,
  caller: Caller,
  { database, language, command }: { database: string; language: QueryLanguage; command: Command },
): Promise<{ readonly place: BoundPlace; readonly command: Command } | GrpcStatus> {
  if (command.kind === 'statement') {
    const found = await judgeText(means, caller, { database, language, text: command.text })
    return 'code' in found ? found : { place: found.place, command: { kind: 'statement', text: found.text } }
  }
  if (command.kind === 'prepared' && language !== 'sql') return invalid(ONLY_SQL)
  // What asks about the database as such is for whoever may list its tables.
  const text = command.kind === 'prepared' ? command.statement.text : 'SHOW TABLES'
  const found = await judgeText(means, caller, { database, language: 'sql', text })
  return 'code' in found ? found : { place: found.place, command }
}

async function judgeText(
  means: JudgeMeans,
  caller: Caller,
  { database, language, text }: Text,
): Promise<{ readonly place: BoundPlace; readonly text: string } | GrpcStatus> {
  if (language === 'influxql') return judgeInfluxqlText(means, caller, database, text)
  const place = await placeOfSql(means, caller, database, text)
  return 'kind' in place ? grpcStatusOf(place.refusal) : { place, text }
}

async function judgeInfluxqlText(
  means: JudgeMeans,
  caller: Caller,
  database: string,
  text: string,
): Promise<{ readonly place: BoundPlace; readonly text: string } | GrpcStatus> {
  const parsed = parseInfluxql(text)
  if ('undecidable' in parsed) return invalid(`error in InfluxQL statement: ${parsed.undecidable}`)
  const approved = await approvedInfluxql(means, caller, parsed.statements, database)
  if ('kind' in approved) return grpcStatusOf(approved.refusal)
  const { places, placeOfRequest } = approved
  // The database of the ticket is the one that is asked, so nothing but it may be meant.
  const own = placeOfRequest ?? (await placeOfSql(means, caller, database, 'SHOW TABLES'))
  if ('kind' in own) return grpcStatusOf(own.refusal)
  const isOther = (place: BoundPlace) => place.upstream !== own.upstream || place.database !== own.database
  if (places.some(isOther)) return invalid(TWO_DATABASES)
  const renamed = textOf(approved)
  return typeof renamed === 'string' ? { place: own, text: renamed } : invalid(renamed.untranslatable)
}

const invalid = (message: string): GrpcStatus => ({ code: GRPC.invalidArgument, message })

const TWO_DATABASES = 'the call names two databases'
const TWO_LANGUAGES = 'the metadata and the ticket name two languages'
const ONLY_SQL = 'only SQL is prepared'
const NO_SESSIONS = 'Error while planning Flight SQL : Unsupported FlightSQL message type'
