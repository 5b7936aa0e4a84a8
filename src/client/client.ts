import createClient, { type Client, type ClientOptions } from 'openapi-fetch'
import type { paths } from './schema.ts'

/** The management API, typed by `openapi.json`. Every call resolves to a success; anything else is thrown. */
export type Api = Client<paths>

export interface ApiOptions
  extends Pick<ClientOptions, 'fetch' | 'pathSerializer' | 'querySerializer' | 'bodySerializer'> {
  /** Scheme, host and, if there is one, the path before `/api/v2`; without a slash at its end. */
  readonly baseUrl: string
  /** What is thrown for an answer that is not a success. */
  readonly failure: (response: Response) => Error | Promise<Error>
}

/** The one client that the command line and the page share. */
export function createApi({ failure, ...options }: ApiOptions): Api {
  const api = createClient<paths>(options)
  api.use({
    async onResponse({ response }) {
      if (!response.ok) throw await failure(response)
    },
  })
  return api
}
