import { Spinner } from '../parts/spinner.tsx'
import './splash.css'

/** For the moment in which it is not known yet what to show. */
export function Splash() {
  return (
    <div className="splash" role="status">
      <Spinner />
      <span className="visually-hidden">Loading</span>
    </div>
  )
}
