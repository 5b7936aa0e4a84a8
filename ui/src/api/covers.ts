/** A permission as the API writes it. */
export interface Held {
  readonly action: string
  readonly resource: {
    readonly type: string
    readonly id?: string
    readonly orgID?: string
    readonly measurements?: readonly string[]
  }
}

/** What somebody would like to do. Without an id: to all of the type, or to a new one. */
export type Wanted = Held

/** Whether a permission allows something, by the server's rules; here only to say beforehand what it would refuse. */
export function covers({ action, resource: held }: Held, { action: wish, resource }: Wanted): boolean {
  const { type, id, orgID } = held
  // What is limited to measurements allows nothing that this page does.
  if (action !== wish || held.measurements !== undefined) return false
  if (type === 'instance') return true
  if (type !== resource.type) return false
  if (id === undefined) return orgID === undefined || orgID === resource.orgID
  return id === resource.id && (orgID === undefined || resource.orgID === undefined || orgID === resource.orgID)
}
