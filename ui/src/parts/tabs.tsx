import { Tabs as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import './tabs.css'

export interface TabsProps {
  readonly label: string
  readonly tabs: readonly { readonly id: string; readonly name: string; readonly content: ReactNode }[]
}

/** Several things of which one is shown. Arrow keys go from tab to tab. */
export function Tabs({ label, tabs }: TabsProps) {
  return (
    <Primitive.Root defaultValue={tabs[0]?.id ?? ''}>
      <Primitive.List className="tab-list" aria-label={label}>
        {tabs.map(({ id, name }) => (
          <Primitive.Trigger key={id} value={id} className="tab-button" data-testid={`tab-${id}`}>
            {name}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {tabs.map(({ id, content }) => (
        <Primitive.Content key={id} value={id} className="tab-content">
          {content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  )
}
