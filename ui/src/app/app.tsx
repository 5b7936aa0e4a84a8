import { QueryClientProvider } from '@tanstack/react-query'
import { useState } from 'react'
import { createQueryClient } from '../api/query-client.ts'
import { NotificationList } from '../parts/notification-list.tsx'
import { Boundary } from './boundary.tsx'
import { Renewal } from './renewal.tsx'
import { Routes } from './routes.tsx'

export function App() {
  const [client] = useState(createQueryClient)
  return (
    <QueryClientProvider client={client}>
      <Boundary area="page">
        <Routes />
      </Boundary>
      <Renewal />
      <NotificationList />
    </QueryClientProvider>
  )
}
