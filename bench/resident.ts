// The memory of a process as the operating system counts it.

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Resident set in MB (2^20 bytes). */
export const residentMb = (pid: number): number => {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024
  } catch {
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024
  }
}

/** Looks ten times a second while `work` goes on; answers the most it saw. */
export const mostResident = async (pid: number, work: () => Promise<unknown>): Promise<number> => {
  let most = residentMb(pid)
  const timer = setInterval(() => {
    most = Math.max(most, residentMb(pid))
  }, 100)
  try {
    await work()
    return Math.max(most, residentMb(pid))
  } finally {
    clearInterval(timer)
  }
}
