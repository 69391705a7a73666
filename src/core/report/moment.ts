/** `2026-11-28 03:12 UTC` */
export function moment(seconds: number): string {
  const date = new Date(seconds * 1000);
  // Hosts say what they like; a date that is none has no ISO form.
  return Number.isNaN(date.getTime())
    ? 'an unknown time'
    : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
