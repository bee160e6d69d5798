// HighLevel as a passport strategy. passport-oauth2 handles redirect and state; our own client (oauth.ts) exchanges the
// code, because it knows the platform's answers. The "user" is the token answer.

import OAuth2Strategy from 'passport-oauth2'
import type { OAuth } from './oauth.ts'

/** `https://marketplace…` → the page where a person chooses an account and consents. */
const chooserOf = (marketplaceUrl: string): string => `${marketplaceUrl}/v2/oauth/chooselocation`

type Options = {
  /** `crm`; `crm-branded` for the address without the platform's name; `portal` to sign in at the developer portal. */
  name: string
  marketplaceUrl: string
  clientId: string
  clientSecret: string
  redirectUri: string
  scopes: readonly string[]
  stateStore: OAuth2Strategy.StateStore
  oauth: Pick<OAuth, 'exchangeCode'>
}

/** Succeeds with a TokenAnswer; fails with `{ code: 'install_state_invalid' }`; errors are AppErrors of `exchangeCode`. */
export class CrmStrategy extends OAuth2Strategy {
  constructor({ name, marketplaceUrl, clientId, clientSecret, redirectUri, scopes, stateStore, oauth }: Options) {
    super(
      {
        authorizationURL: chooserOf(marketplaceUrl),
        // Never called: the exchange below replaces it.
        tokenURL: `${marketplaceUrl}/oauth/token`,
        clientID: clientId,
        clientSecret,
        callbackURL: redirectUri,
        scope: [...scopes],
        scopeSeparator: ' ',
        store: stateStore,
      },
      // Needs five parameters, or the library omits the token answer.
      (_accessToken: string, _refreshToken: string, answer: object, _profile: unknown, done) => done(null, answer),
    )
    this.name = name
    const exchange = (code: string, _params: unknown, done: (error: unknown, ...answer: unknown[]) => void): void => {
      oauth.exchangeCode({ code, redirectUri }).then(
        (answer) => done(null, answer.accessToken, answer.refreshToken, answer),
        (error) => done(error),
      )
    }
    this._oauth2.getOAuthAccessToken = exchange as typeof this._oauth2.getOAuthAccessToken
  }

  /** These tokens have no user profile. */
  override userProfile(_accessToken: string, done: (error?: unknown, profile?: unknown) => void): void {
    done(null, {})
  }

  /** Sign-in happens in the same tab. */
  override authorizationParams(): object {
    return { loginWindowOpenMode: 'self' }
  }

  // The library would wrap it and lose the code.
  _createOAuthError(_message: string, error: unknown): unknown {
    return error
  }
}
