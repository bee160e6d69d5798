// The block printed once the server is ready: where to click, what is simulated, where data is stored.

import { resolve } from 'node:path'
import type { Config } from './config.ts'

type Welcome = { config: Config; publicUrl: string; port: number; embedded: boolean; found: boolean }

/** Text of some lines for the terminal; holds no secret. */
export const welcome = ({ config, publicUrl, port, embedded, found }: Welcome): string => {
  const data = embedded
    ? `${resolve(config.dataDir)}${found ? ' (found running after an earlier process ended, and taken over)' : ''}`
    : 'the database of DATABASE_URL'
  const sandbox = [
    '  Rankr Connect is ready: sandbox',
    '',
    `  Click here      http://localhost:${port}/sandbox`,
    '                  a small CRM with this app in it: install, connect, send a customer, watch it arrive',
    '  Simulated       the CRM and Rankr; everything else is real, the database too',
  ]
  const live = [
    '  Rankr Connect is ready',
    '',
    `  Install link    ${publicUrl}/install`,
    `  Webhooks        ${publicUrl}/webhooks/crm`,
  ]
  return [
    '',
    ...(config.mode === 'sandbox' ? sandbox : live),
    `  Data            ${data}`,
    `  Health          ${publicUrl}/readyz`,
    '  Stop            Ctrl-C finishes what is under way and stops everything',
    '',
  ].join('\n')
}
