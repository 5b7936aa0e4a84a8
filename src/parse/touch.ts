/**
 * One thing that a query would touch, as plain data; whoever decides turns it into demands.
 *
 * A `database` that is undefined is the request's default one, and a `measurement` that is undefined is any of them, or
 * more than one (a regular expression, a statement on the whole database). A `retentionPolicy` that is undefined is the
 * database's default one, or all of them; it never narrows what a touch reaches.
 *
 * `list-databases` tells names of databases and nothing else. `manage` is for operators: it changes what databases,
 * policies, users or continuous queries there are, or shows what belongs to nobody in particular. Its `database` is
 * undefined where the statement concerns the server, or the request's default database. `what` is for logs, in words.
 */
export type Touch =
  | {
      readonly action: 'read' | 'write'
      readonly database: string | undefined
      readonly retentionPolicy: string | undefined
      readonly measurement: string | undefined
    }
  | { readonly action: 'list-databases' }
  | { readonly action: 'manage'; readonly database: string | undefined; readonly what: string }
