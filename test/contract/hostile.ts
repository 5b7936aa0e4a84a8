/** Texts that break what is built by gluing, counts bytes as characters, or compares too kindly. By what they are. */
export const HOSTILE: Readonly<Record<string, string>> = {
  empty: '',
  spaces: '  surrounded by spaces  ',
  'line ends': 'one\ntwo\r\nthree\rfour\u2028five\u2029six',
  'control characters': String.fromCharCode(...Array.from({ length: 31 }, (_, at) => at + 1), 0x7f, 0x80, 0x9f),
  'right to left': '\u202eevil\u202c \u200fمرحبا\u200e \u2066isolated\u2069',
  emoji: '👩‍👩‍👧‍👦 🏳️‍🌈 🇵🇱 👍🏽',
  'beyond the basic plane': '\u{10000}\u{1d518}\u{10ffff}',
  'combining marks': 'e\u0301 is not \u00e9; Z͑ͫ̓ͪ̂ͫ̽',
  'byte order mark': '\ufeffmarked',
  noncharacters: '\uffff\ufffe\ufffd',
  'zero width': 'z\u200be\u200cr\u200do',
  quotes: `' '' " "" \` \\' \\" \\\\`,
  SQL: `'; drop table users; --`,
  'more SQL': `x') or 1=1 /* */ union select null, null --`,
  placeholders: '? ?1 $1 :name @name %s {{x}}',
  wildcards: '% _ * \\% \\_ [a-z]',
  'words of SQL': 'null',
  number: '0012345678901234567890',
  'floating number': '1e999',
  JSON: '{"a":[1,null,"\\u0000"]}',
  HTML: '<script>alert(1)</script>&amp;',
  'very long': 'ß🙂x'.repeat(50_000),
}

/** Texts that are different, however alike they look. */
export const ALIKE: readonly string[] = [
  'name',
  'Name',
  'NAME',
  'name.',
  'na me',
  'na\u00a0me',
  'n\u0430me',
  'name\u200b',
  'näme',
  'na\u0308me',
  'ｎame',
  'naſe',
  'nase',
  'naße',
  'nasse',
  'naİe',
  'naie',
]

/** The same, where white space around a name counts as well. */
export const ALIKE_WITH_SPACES: readonly string[] = [...ALIKE, 'name ', ' name', 'name\t', 'name  ', 'name\n']
