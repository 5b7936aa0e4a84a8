const MASK = '***'

/** Header values and JSON fields that hold secrets, in the order in which they are looked for. */
const SECRETS: readonly RegExp[] = [
  /^((?:[<>] )?(?:authorization|proxy-authorization|cookie|set-cookie|x-sluice-[\w-]*): )(.*)$/gim,
  // To the end where no quote follows: an answer may be cut off.
  /("(?:token|password|setupCode)"\s*:\s*")((?:[^"\\]|\\.)*\\?)/gi,
  /((?:^|[?&])(?:p|token|password)=)([^&\s]*)/gim,
]

/** Hides every secret in a text of HTTP, keeping what kind it was. */
export function maskSecrets(text: string): string {
  const named = SECRETS.reduce(
    (masked, pattern) => masked.replace(pattern, (_, before: string, secret: string) => before + masked_(secret)),
    text,
  )
  return named.replace(/slc_[0-9A-Za-z]{49}/g, `slc_${MASK}`)
}

/** `Token …` stays recognizable as a token, an empty value as empty. */
function masked_(secret: string): string {
  const scheme = /^(token|bearer|basic) /i.exec(secret)?.[0] ?? ''
  return secret === '' ? '' : scheme + MASK
}
