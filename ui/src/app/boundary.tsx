import { Component, type ReactNode } from 'react'
import { Button } from '../parts/button.tsx'
import { State } from '../parts/state.tsx'

interface BoundaryProps {
  readonly area: string
  readonly children: ReactNode
}

/** Catches what goes wrong while drawing one area, so that the rest of the page stays usable. */
export class Boundary extends Component<BoundaryProps, { failed: boolean }> {
  override readonly state = { failed: false }

  static getDerivedStateFromError() {
    return { failed: true }
  }

  override render() {
    if (!this.state.failed) return this.props.children
    return (
      <State
        kind="fault"
        title={`This ${this.props.area} could not be drawn`}
        isUrgent
        action={<Button onClick={() => this.setState({ failed: false })}>Try again</Button>}
      >
        <p>This is a fault of the page, not of your data. If trying again does not help, reload the page.</p>
      </State>
    )
  }
}
