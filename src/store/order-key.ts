/**
 * A text's place in an order that people expect, as a text that any engine can compare: case and accents do not matter, and
 * digits count as numbers, so that "t2" comes before "t10". The engines' own collations differ from each other and from one
 * version to the next; this does not.
 *
 * Not the whole of a language's rules: signs are in the order of Unicode, and letters that are not Latin too.
 *
 * Source: page contract 5.
 */
export function orderKey(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}+/gu, '')
  // Upper case first makes one of all forms of a letter (σ and ς, ß and ss).
  return plain
    .toUpperCase()
    .toLowerCase()
    .replace(/[0-9]+/g, numberKey)
}

/** Numbers of more digits are greater. The zero in front keeps them where digits are. */
function numberKey(digits: string): string {
  const significant = digits.replace(/^0+(?=[0-9])/, '')
  return `0${String.fromCharCode(0x30 + significant.length)}${significant}`
}
