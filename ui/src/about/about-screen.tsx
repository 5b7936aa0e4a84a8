import type { ReactNode } from 'react'
import { useBucketPage } from '../api/buckets.ts'
import { useHealth } from '../api/health.ts'
import { Screen } from '../app/screen.tsx'
import { useWorkspace } from '../app/workspace.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import './about-screen.css'
import { Connect } from './connect.tsx'

/** What runs here, and how clients reach it. */
export function AboutScreen() {
  const { org, user } = useWorkspace()
  const health = useHealth()
  const buckets = useBucketPage(org.id, 1)
  const bucket = buckets.data?.buckets.find(({ type }) => type === 'user')?.name ?? 'my-bucket'
  return (
    <Screen place="about" lead="What runs here, and how clients reach it.">
      <div className="about">
        <section className="card about-card" aria-labelledby="about-connect">
          <h2 id="about-connect">Connect a client</h2>
          <p className="screen-lead">
            Point clients at Sluice instead of InfluxDB; nothing else about them changes. <code>INFLUX_TOKEN</code>{' '}
            stands for a token that you generate under API Tokens.
          </p>
          <Connect url={location.origin} org={org.name} bucket={bucket} />
        </section>
        <section className="card about-card" aria-labelledby="about-here">
          <h2 id="about-here">This server</h2>
          <dl className="facts">
            <Fact name="Address" value={location.origin} isCode />
            <Fact name="Version" value={health.data?.version ?? (health.isError ? 'could not be loaded' : '…')}>
              {health.data && <Status status={health.data.status} message={health.data.message} />}
            </Fact>
            <Fact name="Organization" value={org.name} />
            <Fact name="Organization ID" value={org.id} isCode />
            <Fact name="User" value={user.name} />
            <Fact name="User ID" value={user.id} isCode />
          </dl>
        </section>
      </div>
    </Screen>
  )
}

interface FactProps {
  readonly name: string
  readonly value: string
  readonly isCode?: boolean
  readonly children?: ReactNode
}

function Fact({ name, value, isCode = false, children }: FactProps) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>
        {isCode ? <code>{value}</code> : <span>{value}</span>}
        {children}
        {isCode && <CopyButton text={value} label={`Copy ${name}`} success={`${name} copied.`} />}
      </dd>
    </div>
  )
}

function Status({ status, message }: { readonly status: string; readonly message: string }) {
  return <span className="fact-note">{status === 'pass' ? 'ready' : message}</span>
}
