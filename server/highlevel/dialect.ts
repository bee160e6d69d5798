// Which API version is used where, in one table: OAuth in both dialects (paths, field names, paging) and the Version
// header of calls outside the catalog. v3 is selected by a header on the same host
// (https://marketplace.gohighlevel.com/docs/). Default: v2, proven in the field.

export type Dialect = {
  token: { path: string; version?: string }
  locationToken: { path: string; version: string }
  installedLocations: { path: string; version: string; paging: 'skip' | 'token' }
  /** Our field names of the token endpoint, mapped to HighLevel's. */
  fields: Record<
    'clientId' | 'clientSecret' | 'grantType' | 'code' | 'refreshToken' | 'userType' | 'redirectUri',
    string
  >
}

export type DialectName = 'v2' | 'v3'

/** The Version header of the marketplace and account calls; the same operations in both dialects. */
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

/** Older modules use an older date. */
const OLDER = /^\/(?:calendars|conversations|conversation-ai|knowledge-bases?|saas|voice-ai|agent-studio)\b/

/** The Version header of a path when the caller gives none. */
export const versionFor = (path: string): string => (OLDER.test(path) ? '2021-04-15' : DATED_VERSION)
