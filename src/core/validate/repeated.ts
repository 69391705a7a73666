/** Each claim whose text was claimed before, with the first claim of it. */
export function repeated<T extends { readonly text: string }>(
  claims: readonly T[],
): readonly (readonly [first: T, again: T])[] {
  const firsts = new Map<string, T>();
  return claims.flatMap((claim) => {
    const first = firsts.get(claim.text);
    if (first) return [[first, claim] as const];
    firsts.set(claim.text, claim);
    return [];
  });
}
