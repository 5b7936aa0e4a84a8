import { FrontDoor } from './front-door.tsx'

export function Onboarding() {
  return <FrontDoor title="Welcome to Sluice">{null}</FrontDoor>
}
