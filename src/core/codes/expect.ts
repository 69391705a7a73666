import type { CodeTable } from './entry.ts';

export const EXPECT_CODES = {
  'expect/unknown': {
    severity: 'error',
    title: 'an expectation about nothing',
    explanation:
      'An expectation that names nothing would always hold, or never. What was removed or renamed has to be removed from `expect` as well.',
    fix: 'expect: [{ from: all, to: cluster1/services, reach: true }]',
  },
  'expect/from-services': {
    severity: 'error',
    title: 'a service as the source',
    explanation: 'A service answers and starts nothing: connections come from nodes and pods.',
    fix: 'expect: [{ from: cluster1/pods, to: cluster2/services, reach: true }]',
  },
  'expect/broken': {
    severity: 'error',
    title: 'an expectation does not hold',
    explanation:
      'The network that the file describes was proved, with every host enrolled, and does something else than what is expected of it.',
    fix: 'mend what the message names, or change the expectation if it is no longer meant',
  },
  'expect/indistinguishable': {
    severity: 'warning',
    title: 'pods that may look like nodes',
    explanation:
      'Behind a CNI that masquerades, packets of pods carry the address of their node. What lets the nodes through lets the pods through as well.',
    fix: 'expect the same of nodes and pods, or let the CNI keep pod addresses',
  },
} as const satisfies CodeTable;
