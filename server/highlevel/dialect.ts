// Which version of HighLevel's API is spoken where, in one table: OAuth in both dialects (paths, names of fields, paging)
// and the Version header of calls outside the catalog. v3 is chosen by a header on the same host.
// https://marketplace.gohighlevel.com/docs/ : v2 is proven in the field, so it is the default.

export type Dialect = {
  token: { path: string; version?: string }
  locationToken: { path: string; version: string }
  installedLocations: { path: string; version: string; paging: 'skip' | 'token' }
  /** Our names of the fields of the token endpoint to HighLevel's. */
  fields: Record<
    'clientId' | 'clientSecret' | 'grantType' | 'code' | 'refreshToken' | 'userType' | 'redirectUri',
    string
  >
}

export type DialectName = 'v2' | 'v3'

/** The Version header of the marketplace's own calls and of accounts, the same operations in both dialects. */
export const DATED_VERSION = '2021-07-28'

export const DIALECTS: Record<DialectName, Dialect> = {
  v2: {
    token: { path: '/oauth/token' },
    locationToken: { path: '/oauth/locationToken', version: DATED_VERSION },
    installedLocations: { path: '/oauth/installedLocations', version: DATED_VERSION, paging: 'skip' },
    fields: {
      clientId: 'client_id',
      clientSecret: 'client_secret',
      grantType: 'grant_type',
      code: 'code',
      refreshToken: 'refresh_token',
      userType: 'user_type',
      redirectUri: 'redirect_uri',
    },
  },
  v3: {
    token: { path: '/oauth/token', version: 'v3' },
    locationToken: { path: '/oauth/location-token', version: 'v3' },
    installedLocations: { path: '/oauth/installed-locations', version: 'v3', paging: 'token' },
    fields: {
      clientId: 'clientId',
      clientSecret: 'clientSecret',
      grantType: 'grantType',
      code: 'code',
      refreshToken: 'refreshToken',
      userType: 'userType',
      redirectUri: 'redirectUri',
    },
  },
}

/** Older modules keep an older date. */
const OLDER = /^\/(?:calendars|conversations|conversation-ai|knowledge-bases?|saas|voice-ai|agent-studio)\b/

/** The Version header for a path whose caller names none. */
export const versionFor = (path: string): string => (OLDER.test(path) ? '2021-04-15' : DATED_VERSION)
