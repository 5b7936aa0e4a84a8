import { isBareName } from './keywords.ts'
import type { Count, Expression, Field, Fill, Regex } from './syntax.ts'

const ESCAPED: Readonly<Record<string, string>> = { '\n': '\\n', '\\': '\\\\', '"': '\\"', "'": "\\'" }

/** A name, in quotes if some server needs them. Only `\n`, `\\` and `\"` are escapes to all. */
export function printName(name: string): string {
  return isBareName(name) ? name : printQuoted(name)
}

function printQuoted(name: string): string {
  return `"${name.replaceAll(/["\\\n]/g, found => ESCAPED[found]!)}"`
}

/** A string in single quotes. Only `\n`, `\\` and `\'` are escapes to all. */
export function printString(value: string): string {
  return `'${value.replaceAll(/['\\\n]/g, found => ESCAPED[found]!)}'`
}

export function printRegex({ pattern }: Regex): string {
  return `/${pattern.replaceAll('/', '\\/')}/`
}

export function printFields(fields: readonly Field[]): string {
  return fields
    .map(({ value, alias }) => printExpression(value) + (alias === undefined ? '' : ` AS ${printName(alias)}`))
    .join(', ')
}

export function printExpressions(expressions: readonly Expression[]): string {
  return expressions.map(printExpression).join(', ')
}

export function printCount(count: Count): string {
  return printExpression(count)
}

export function printFill(fill: Fill): string {
  return `fill(${typeof fill === 'string' ? fill : printExpression(fill)})`
}

/** Spaces around every operator, so that `- -1` never becomes a comment, nor a slash and a star. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'column': {
      const segments = expression.segments.map(one => (one === '' ? '' : printName(one)))
      return segments.join('.') + (expression.type === undefined ? '' : `::${expression.type}`)
    }
    case 'call':
      return `${expression.name}(${printExpressions(expression.arguments)})`
    case 'distinct':
      return `DISTINCT ${printName(expression.name)}`
    case 'wildcard':
      return expression.type === undefined ? '*' : `*::${expression.type}`
    case 'string':
      return printString(expression.value)
    case 'boolean':
      return String(expression.value)
    case 'integer':
    case 'number':
    case 'duration':
      return expression.digits
    case 'regex':
      return printRegex(expression)
    case 'parameter':
      return `$${/^[A-Za-z0-9_]+$/.test(expression.name) ? expression.name : printQuoted(expression.name)}`
    case 'signed':
      return expression.sign + printExpression(expression.operand)
    case 'group':
      return `(${printExpression(expression.inner)})`
    case 'chain': {
      const rest = expression.rest.map(({ operator, operand }) => ` ${operator} ${printExpression(operand)}`)
      return printExpression(expression.first) + rest.join('')
    }
  }
}
