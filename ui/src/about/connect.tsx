import { CopyButton } from '../parts/copy-button.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { type Snippet, snippetsFor, type Target } from './snippets.ts'

/** Ready-made configuration of clients. */
export function Connect(target: Target) {
  const tabs = snippetsFor(target).map(snippet => ({
    id: snippet.id,
    name: snippet.name,
    content: <SnippetText snippet={snippet} />,
  }))
  return (
    <div className="connect">
      <Tabs label="Clients" tabs={tabs} />
    </div>
  )
}

function SnippetText({ snippet: { id, name, words, text } }: { readonly snippet: Snippet }) {
  return (
    <div className="snippet">
      <div className="snippet-head">
        <p>{words}</p>
        <CopyButton
          text={text}
          label={`Copy the snippet for ${name}`}
          success="The snippet is on the clipboard."
          testId={`snippet-copy-${id}`}
        >
          Copy
        </CopyButton>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, also by keyboard */}
      <pre tabIndex={0} data-testid={`snippet-${id}`}>
        <code>{text}</code>
      </pre>
    </div>
  )
}
