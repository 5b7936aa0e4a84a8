import type { Flags } from '../config/statement.ts'
import { configured } from './configured.ts'
import { render, summaryOf } from './doctor.ts'
import { checkUpstreams } from './upstreams/check.ts'
import { chosenUpstreams } from './upstreams/configured.ts'

/** `sluice upstream check`: exit code 0 if nothing is bad. Changes nothing, here and there. */
export async function upstreamCheck(
  name: string | undefined,
  flags: Flags,
  { json }: { json: boolean },
): Promise<void> {
  const upstreams = await checkUpstreams(chosenUpstreams(configured(flags).upstreams, name), process.env)
  const findings = upstreams.flatMap(one => one.findings)
  const { bad, warn, ok } = summaryOf(findings)
  process.stdout.write(json ? `${JSON.stringify({ bad, warn, ok, upstreams }, null, 2)}\n` : render(findings))
  if (bad > 0) process.exitCode = 1
}
