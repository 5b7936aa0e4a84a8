import { AppError } from '../../domain/errors.ts'
import { isOperator } from '../../domain/permission.ts'
import type { RefusalTable } from '../../observe/refusals.ts'
import { json, noContent } from '../answer.ts'
import type { RequestContext, RouteTable } from '../context.ts'
import { printTime } from '../time.ts'

export interface ObservationMeans {
  readonly mode: 'enforce' | 'observe'
  readonly refusals: RefusalTable
}

/** What the gateway would have refused in the mode `observe`. Ours, for operators: it says what others ask for. */
export function observationRoutes({ mode, refusals }: ObservationMeans): RouteTable {
  return {
    '/api/v2/observations': {
      GET: c => {
        requireOperator(c)
        const observations = refusals.list().map(({ firstMs, lastMs, ...row }) => ({
          ...row,
          first: printTime(firstMs),
          last: printTime(lastMs),
        }))
        return json(c, { mode, since: printTime(refusals.sinceMs()), dropped: refusals.dropped(), observations })
      },
      DELETE: c => {
        requireOperator(c)
        refusals.clear()
        return noContent(c)
      },
    },
  }
}

function requireOperator(c: RequestContext): void {
  if (isOperator(c.get('caller').permissions)) return
  throw new AppError('unauthorized', 'only an operator sees what the gateway observes')
}
