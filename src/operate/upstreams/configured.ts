import type { UpstreamConfig } from '../../config/upstream.ts'
import { AppError } from '../../domain/errors.ts'
import { quotedName } from '../quoted-name.ts'

/** The upstreams of the settings; with a name, that one. @throws AppError `not found`, saying what there is */
export function chosenUpstreams(upstreams: readonly UpstreamConfig[], name?: string): readonly UpstreamConfig[] {
  if (upstreams.length === 0) {
    throw new AppError('not found', 'there is no upstream in the settings: add a table [upstream.NAME] to sluice.toml')
  }
  if (name === undefined) return upstreams
  const found = upstreams.filter(one => one.name === name)
  if (found.length > 0) return found
  const known = upstreams.map(one => one.name).join(', ')
  throw new AppError('not found', `there is no upstream ${quotedName(name)} in the settings; there is ${known}`)
}
