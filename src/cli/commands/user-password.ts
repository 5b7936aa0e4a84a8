import { connect } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import { withPrefix } from '../org-choice.ts'
import { createPrompter } from '../prompt.ts'
import { findUserByName } from './user-record.ts'

/** `influx user password`. */
export async function setUserPassword(invocation: Invocation): Promise<void> {
  const id = invocation.text('id')
  const name = invocation.text('name')
  const what = id || name
  if (!what) throw new Error('must specify user ID or user name')
  const connection = await connect(invocation)
  const userId = id || (await findUserByName(connection, what)).id
  const password = await givenPassword(invocation, `Please type new password for "${what}"`)
  await withPrefix(`failed to set password for user "${what}"`, () =>
    connection.api.POST('/api/v2/users/{userID}/password', {
      params: { path: { userID: userId } },
      body: { password },
    }),
  )
  invocation.terminal.out(`Successfully updated password for user "${what}"\n`)
}

/** The password of the flag, or else what is answered to the question; empty if nobody answers. */
export async function givenPassword(invocation: Invocation, question: string): Promise<string> {
  const password = invocation.text('password')
  if (password) return password
  const prompter = createPrompter(invocation.terminal)
  try {
    return await prompter.password(question)
  } finally {
    prompter.close()
  }
}
