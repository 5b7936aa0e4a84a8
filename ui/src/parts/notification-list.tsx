import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { createPortal } from 'react-dom'
import { Button, IconButton } from './button.tsx'
import './notification-list.css'
import { type Notice, notify } from './notifications.ts'
import { useTopmost } from './open-dialogs.ts'

/** Top right, above everything: inside the topmost dialog while there is one, where it can be reached. */
export function NotificationList() {
  const notices = useSyncExternalStore(notify.subscribe, notify.list)
  const [isHeld, hold] = useState(false)
  const place = useTopmost()
  return createPortal(
    <section
      className="notices"
      aria-label="Notifications"
      onPointerEnter={() => hold(true)}
      onPointerLeave={() => hold(false)}
      onFocus={() => hold(true)}
      onBlur={() => hold(false)}
    >
      {notices.map(notice => (
        <Notification key={notice.id} notice={notice} isHeld={isHeld} />
      ))}
    </section>,
    place,
  )
}

function Notification({ notice, isHeld }: { readonly notice: Notice; readonly isHeld: boolean }) {
  const { id, kind, text, action, forMs } = notice
  useEffect(() => {
    // Whoever reads it or is about to press its button gets all the time anew.
    if (forMs === undefined || isHeld) return
    const timer = setTimeout(() => notify.dismiss(id), forMs)
    return () => clearTimeout(timer)
  }, [id, forMs, isHeld])
  return (
    <div
      className={`notice notice-${kind}`}
      role={kind === 'error' ? 'alert' : 'status'}
      data-testid={`notification-${kind}`}
    >
      {kind === 'error' ? <CircleAlert aria-hidden="true" /> : <CircleCheck aria-hidden="true" />}
      <p>{text}</p>
      {action && (
        <Button
          size="small"
          onClick={() => {
            notify.dismiss(id)
            action.run()
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label="Dismiss notification" icon={<X />} onClick={() => notify.dismiss(id)} />
    </div>
  )
}
