import { useState } from 'react'
import { Switch } from '../parts/switch.tsx'
import type { Authorization, Status } from './authorization.ts'

export interface StatusSwitchProps {
  readonly token: Authorization
  readonly setStatus: (status: Status) => Promise<boolean>
  readonly refusal: string | undefined
}

/** Takes effect at once. While the server is asked it shows what is wanted, then what is. */
export function StatusSwitch({ token, setStatus, refusal }: StatusSwitchProps) {
  const [wanted, setWanted] = useState<Status>()
  const change = async (isOn: boolean) => {
    const status = isOn ? 'active' : 'inactive'
    setWanted(status)
    await setStatus(status)
    setWanted(undefined)
  }
  return (
    <Switch
      label="Status"
      checked={(wanted ?? token.status) === 'active'}
      onChange={change}
      words={['Active', 'Inactive']}
      busy={wanted !== undefined}
      disabled={refusal !== undefined}
      testId="status-switch"
    />
  )
}
