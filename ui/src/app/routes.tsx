import { Compass } from 'lucide-react'
import { Link, Route, Switch, useLocation } from 'wouter'
import { AboutScreen } from '../about/about-screen.tsx'
import { BucketsScreen } from '../buckets/buckets-screen.tsx'
import { Onboarding } from '../first-steps/onboarding.tsx'
import { SignIn } from '../first-steps/sign-in.tsx'
import { MembersScreen } from '../members/members-screen.tsx'
import { State } from '../parts/state.tsx'
import { TokensScreen } from '../tokens/tokens-screen.tsx'
import { Boundary } from './boundary.tsx'
import { Home } from './home.tsx'
import { addressOf, placeOf } from './places.ts'
import { Shell } from './shell.tsx'
import { SignedIn } from './signed-in.tsx'
import { useTitle } from './title.ts'
import { useWorkspace, WorkspaceOf } from './workspace.tsx'

/** Which address shows what. */
export function Routes() {
  return (
    <Switch>
      <Route path="/signin" component={SignIn} />
      <Route path="/onboarding" component={Onboarding} />
      <Route path="/orgs/:orgId/*?">
        {({ orgId }) => (
          <SignedIn>
            <WorkspaceOf key={orgId} orgId={orgId}>
              <Shell>
                <Screens />
              </Shell>
            </WorkspaceOf>
          </SignedIn>
        )}
      </Route>
      <Route path="/">
        <Home />
      </Route>
      <Route path="/me/tokens">
        <Home />
      </Route>
      <Route>
        <NoSuchPage home="/" />
      </Route>
    </Switch>
  )
}

function Screens() {
  const [path] = useLocation()
  return (
    // By screen: a fault of one is left behind with it.
    <Boundary key={placeOf(path)} area="screen">
      <Screen />
    </Boundary>
  )
}

function Screen() {
  const { org } = useWorkspace()
  return (
    <Switch>
      <Route path="/orgs/:orgId/load-data/tokens/*?" component={TokensScreen} />
      <Route path="/orgs/:orgId/load-data/buckets" component={BucketsScreen} />
      <Route path="/orgs/:orgId/members" component={MembersScreen} />
      <Route path="/orgs/:orgId/about" component={AboutScreen} />
      <Route path="/orgs/:orgId">
        <Home />
      </Route>
      <Route>
        <NoSuchPage home={addressOf('tokens', org.id)} />
      </Route>
    </Switch>
  )
}

function NoSuchPage({ home }: { readonly home: string }) {
  useTitle('Page not found')
  return (
    <State
      kind="no-such-page"
      title="There is no page at this address"
      icon={<Compass />}
      action={
        <Link href={home} className="button button-secondary button-normal">
          Go to API Tokens
        </Link>
      }
    >
      <p>The address may be mistyped, or what it showed may have been removed.</p>
    </State>
  )
}
