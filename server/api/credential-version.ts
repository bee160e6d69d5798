// Counts the changes of credentials made by this process. What was read at an older count is not trusted any more, so a
// revocation holds here from the moment it is committed; other processes ask for the count of all (credential_changes) every second.

export type CredentialVersion = { current(): number; bump(): void }

export const createCredentialVersion = (): CredentialVersion => {
  let version = 0
  return {
    current: () => version,
    bump: () => {
      version += 1
    },
  }
}
