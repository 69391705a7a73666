/** Names of the secrets in a text: by their form, or because one of `secrets` has such a line. */
export function findSecrets(text: string, secrets: readonly string[]): string[];
