/**
 * The reserved words of InfluxQL, upper case. Equal in 1.x and 3, but for TRUE and FALSE, which 3 takes as literals only.
 *
 * Source: the keywords of the language's reference, and the token tables of both generations.
 */
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'ALL ALTER ANALYZE AND ANY AS ASC BEGIN BY CARDINALITY CONTINUOUS CREATE DATABASE DATABASES DEFAULT DELETE DESC ' +
    'DESTINATIONS DIAGNOSTICS DISTINCT DROP DURATION END EVERY EXACT EXPLAIN FALSE FIELD FOR FROM GRANT GRANTS GROUP ' +
    'GROUPS IN INF INSERT INTO KEY KEYS KILL LIMIT MEASUREMENT MEASUREMENTS NAME OFFSET ON OR ORDER PASSWORD POLICIES ' +
    'POLICY PRIVILEGES QUERIES QUERY READ REPLICATION RESAMPLE RETENTION REVOKE SELECT SERIES SET SHARD SHARDS SHOW ' +
    'SLIMIT SOFFSET STATS SUBSCRIPTION SUBSCRIPTIONS TAG TO TRUE USER USERS VALUES WHERE WITH WRITE'
  ).split(' '),
)

/** Words that some server reserves and another does not: names for the scanner, quoted when printed. */
const SOMETIMES_RESERVED: ReadonlySet<string> = new Set(['FUTURE', 'PAST'])

const BARE = /^[A-Za-z_][A-Za-z0-9_]*$/

/** The keyword that a bare word is, upper case; undefined if it is a name. Case does not count. */
export function keywordOf(word: string): string | undefined {
  const upper = word.toUpperCase()
  return KEYWORDS.has(upper) ? upper : undefined
}

/** Whether a name means itself without quotes, to every server. */
export function isBareName(name: string): boolean {
  return BARE.test(name) && keywordOf(name) === undefined && !SOMETIMES_RESERVED.has(name.toUpperCase())
}

/** Whether a word can be the name of a function: never quoted, and of keywords DISTINCT only. */
export function isFunctionName(name: string): boolean {
  return BARE.test(name) && (keywordOf(name) === undefined || name.toUpperCase() === 'DISTINCT')
}
