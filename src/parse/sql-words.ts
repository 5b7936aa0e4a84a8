const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(word => word !== ''))

/** What begins the next part of a query, and so ends an expression. */
export const CLAUSES = words('from where group having window qualify order limit offset union intersect except')

/** What begins the next table of a FROM clause. */
export const JOINS = words('join inner left right full cross natural')

/**
 * Never an identifier unless quoted: words that begin statements or clauses, or lead to a relation, in any dialect of the
 * parser in 3.x. Where one has a place in a query, that place is looked for by name.
 */
export const RESERVED: ReadonlySet<string> = new Set([
  ...CLAUSES,
  ...JOINS,
  ...words(`
    select with values table into insert update delete merge create drop alter truncate set reset copy call prepare
    execute deallocate explain describe desc show use begin commit rollback grant revoke lateral on using as by for
    fetch minus returning pivot unpivot match_recognize tablesample sample prewhere settings format connect start
    cluster distribute sort top recursive anti semi asof global outer apply view external only
  `),
])

/**
 * Words with a meaning inside expressions. Beside one of these, two operands may stand without an operator in between.
 * Some are names of columns as well, `time` above all, which does no harm.
 */
export const EXPRESSION_WORDS = words(`
  and or not in is null true false unknown like ilike similar to escape between symmetric case when then else end as
  distinct all any some exists interval date time timestamp zone at cast try_cast array over partition by order asc desc
  nulls first last rows range groups unbounded preceding following current row exclude ties no others ignore respect
  filter within double precision year quarter month week day hour minute second millisecond microsecond nanosecond years
  months weeks days hours minutes seconds milliseconds microseconds nanoseconds rollup cube grouping sets
`)

/** Functions whose arguments are parted by FROM, FOR or IN. */
export const WORDY_FUNCTIONS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['extract', words('from')],
  ['overlay', words('placing from for')],
  ['position', words('in')],
  ['substring', words('from for')],
  ['trim', words('from leading trailing both')],
])

/** Functions in the place of a table that make up rows and read none. */
export const ROW_FUNCTIONS = words('generate_series range unnest')

/** Those that read the caches of a table, which their first argument names. */
export const CACHE_FUNCTIONS = words('last_cache distinct_cache')

/** Schemas that tell of more than the tables of a database; never to be named, whatever a name might mean there. */
export const HIDDEN_SCHEMAS = words('system information_schema pg_catalog datafusion _internal')
