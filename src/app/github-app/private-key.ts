const BEGIN = '-----BEGIN PRIVATE KEY-----';
const END = '-----END PRIVATE KEY-----';

/** The key of an App as PEM (PKCS#8): given as such, its lines broken by `\n` or not, or as its base64 alone. Undefined for anything else. */
export function privateKeyPem(text: string): string | undefined {
  const bare = text.replaceAll('\\n', '\n').replace(BEGIN, '').replace(END, '').replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]{64,}={0,2}$/.test(bare)) return undefined;
  return `${[BEGIN, ...(bare.match(/.{1,64}/g) ?? []), END].join('\n')}\n`;
}
