/** A file of Flux as its syntax tree, which turns profilers on; runs before the query. Source: CLI contract 3.10. */
export function profilerExtern(profilers: readonly string[]): object {
  return {
    type: 'File',
    package: null,
    imports: [{ type: 'ImportDeclaration', as: null, path: text('profiler') }],
    body: [
      {
        type: 'OptionStatement',
        assignment: {
          type: 'MemberAssignment',
          member: { type: 'MemberExpression', object: name('profiler'), property: name('enabledProfilers') },
          init: { type: 'ArrayExpression', elements: profilers.map(text) },
        },
      },
    ],
  }
}

const text = (value: string) => ({ type: 'StringLiteral', value })
const name = (identifier: string) => ({ type: 'Identifier', name: identifier })
