import type { CodeTable } from './entry.ts';

export const IGNORE_CODES = {
  'ignore/unknown-code': {
    severity: 'error',
    title: 'a kind of drift that does not exist',
    explanation:
      'A misspelt code would hide nothing, and the finding would come every time. The codes are in docs/drift.md.',
    fix: 'code: route-captured',
  },
  'ignore/unknown-host': {
    severity: 'error',
    title: 'a host that does not exist',
    explanation: 'What is hidden on a host that is gone would be hidden again if its name came back.',
    fix: 'host: cluster1/c1-node1',
  },
  'ignore/malformed-date': {
    severity: 'error',
    title: 'a malformed date',
    explanation: 'The last day on which the finding is hidden is a day of the calendar, as YEAR-MONTH-DAY.',
    fix: 'until: 2027-01-31',
  },
  'ignore/expired': {
    severity: 'warning',
    title: 'an entry whose date has passed',
    explanation:
      'It hides nothing any more. Drift that is meant to stay belongs into the topology, the other one off the host.',
    fix: 'remove the entry, or give it a new date and reason',
  },
} as const satisfies CodeTable;
