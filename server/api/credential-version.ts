// Counts credential changes made by this process. Anything cached at an older count is not used any more, so a
// revocation takes effect here on commit; other processes poll the shared count (credential_changes) every second.

export type CredentialVersion = { current(): number; bump(): void }

/** A counter that starts at zero. */
export const createCredentialVersion = (): CredentialVersion => {
  let version = 0
  return {
    current: () => version,
    bump: () => {
      version += 1
    },
  }
}
