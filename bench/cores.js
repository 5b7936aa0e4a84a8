// Which core does what: the server on one, whoever asks it on the other, so that neither takes the other's time.
import { spawn, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

export const SERVER_CORE = 0
export const LOAD_CORE = 1

export const canPin =
  process.platform === 'linux' && availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0

/** Moves this process, all its threads, to a core. */
export function moveTo(core) {
  if (canPin) spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(process.pid)])
}

/** Starts a process that stays on a core. */
export function startOn(core, command, args, options) {
  if (!canPin) return spawn(command, args, options)
  return spawn('taskset', ['--cpu-list', String(core), command, ...args], options)
}
