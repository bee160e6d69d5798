// The files of an embedded PostgreSQL cluster: its password and its data folder, made once. Knows no running server.
//
// No lock file guards two simultaneous first starts: each step ends in one atomic operation (link, rename), and who
// comes second takes what the first has made.

import { randomBytes } from 'node:crypto'
import {
  access,
  chown,
  lchown,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import type { Account, PostgresPrograms } from './postgres-programs.ts'

export const SUPERUSER = 'postgres'

type Place = { folder: string; directory: string; programs: PostgresPrograms }

/**
 * Makes the cluster `directory` inside `folder` unless it is there, and returns the password of its roles, which
 * `folder`/postgres-password keeps. `isDurable: false` leaves writing to disk to the system (tests).
 * Throws an Error that says what is in the way.
 */
export const makePostgresCluster = async (place: Place & { isDurable: boolean }): Promise<string> => {
  const { directory, programs } = place
  const passwordPath = join(place.folder, 'postgres-password')
  if (await exists(directory)) {
    if (programs.account) await giveBack(programs.account, directory)
    return await readPassword(passwordPath)
  }
  await writePassword(passwordPath)
  // initdb reads it.
  if (programs.account) await chown(passwordPath, programs.account.uid, programs.account.gid)
  await initialise({ ...place, passwordPath })
  return await readPassword(passwordPath)
}

const exists = (directory: string): Promise<boolean> =>
  access(join(directory, 'PG_VERSION')).then(
    () => true,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return false
      throw new Error(`${directory} belongs to another user; start as that user or as root`, { cause })
    },
  )

const readPassword = async (path: string): Promise<string> => {
  const password = (await readFile(path, 'utf8')).trim()
  if (password === '') throw new Error(`${path} is empty`)
  return password
}

/** Whoever links first wins. 192 bits that need no escaping in a URL. */
const writePassword = async (path: string): Promise<void> => {
  const draft = `${path}.new-${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flag: 'wx', flush: true })
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(draft, { force: true })
  }
}

const initialise = async ({
  folder,
  directory,
  programs,
  isDurable,
  passwordPath,
}: Place & { isDurable: boolean; passwordPath: string }): Promise<void> => {
  const draft = `${directory}.new-${randomBytes(6).toString('hex')}`
  try {
    await mkdir(draft, { mode: 0o700 })
    if (programs.account) await chown(draft, programs.account.uid, programs.account.gid)
    await programs.run('initdb', [
      ...['-D', draft, '-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${passwordPath}`, '--encoding=UTF8'],
      // PostgreSQL's own locale: the same order on every system, and no index breaks when libc is upgraded.
      ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
      ...(isDurable ? [] : ['--no-sync']),
    ])
    await rename(draft, directory)
    if (isDurable) await flush(folder)
  } catch (error) {
    // Another process was first; it may have swept our draft away too.
    if (!(await exists(directory))) throw error
  } finally {
    await sweep(directory, folder, draft)
  }
}

/** Removes our own draft; once there is a cluster also those that other processes have left or no longer need. */
const sweep = async (directory: string, folder: string, draft: string): Promise<void> => {
  await rm(draft, { recursive: true, force: true, maxRetries: 10 })
  if (!(await exists(directory))) return
  const left = (await readdir(folder)).filter((name) => name.startsWith('postgres.new-'))
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true, maxRetries: 10 })))
}

/** A folder that root has copied belongs to root, and PostgreSQL insists on owning its files. */
const giveBack = async ({ uid, gid }: Account, directory: string): Promise<void> => {
  if ((await stat(directory)).uid === uid) return
  for (const name of await readdir(directory, { recursive: true })) await lchown(join(directory, name), uid, gid)
  await chown(directory, uid, gid)
}

/** Lets the rename in `folder` survive a power cut, where the system can open a folder. */
const flush = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}
