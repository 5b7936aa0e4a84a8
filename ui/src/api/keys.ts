/** Names of what is kept of the server's answers. What is below an org begins with it, so that all of it can be forgotten. */
export const keys = {
  setup: ['setup'] as const,
  me: ['me'] as const,
  health: ['health'] as const,
  resources: ['resources'] as const,
  orgs: ['orgs'] as const,
  tokens: (orgId: string) => ['org', orgId, 'tokens'] as const,
  buckets: (orgId: string) => ['org', orgId, 'buckets'] as const,
  members: (orgId: string) => ['org', orgId, 'members'] as const,
  permissions: (userId: string) => ['user', userId, 'permissions'] as const,
}
