/** A value, or why there is none: the end of a sentence that begins with the name of the setting. */
export type Parsed<T> = { readonly value: T } | { readonly refused: string }
