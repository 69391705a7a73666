import { describe, expect, it } from 'vitest';
import { deploymentJson } from '../../../src/core/report/deployment-json.ts';
import { deploymentMarkdown } from '../../../src/core/report/deployment-markdown.ts';
import { deploymentText } from '../../../src/core/report/deployment.ts';
import { diagnosticsAnnotations } from '../../../src/core/report/diagnostics-annotations.ts';
import { diagnosticsJson } from '../../../src/core/report/diagnostics-json.ts';
import { diagnosticsMarkdown } from '../../../src/core/report/diagnostics-markdown.ts';
import { diagnosticsText } from '../../../src/core/report/diagnostics.ts';
import { driftJson } from '../../../src/core/report/drift-json.ts';
import { driftMarkdown } from '../../../src/core/report/drift-markdown.ts';
import { driftText } from '../../../src/core/report/drift.ts';
import { documentText } from '../../../src/core/report/document.ts';
import { graphMermaid } from '../../../src/core/report/graph.ts';
import { matrixJson } from '../../../src/core/report/matrix-json.ts';
import { matrixMarkdown } from '../../../src/core/report/matrix-markdown.ts';
import { matrixText } from '../../../src/core/report/matrix.ts';
import { planJson } from '../../../src/core/report/plan-json.ts';
import { planMarkdown } from '../../../src/core/report/plan-markdown.ts';
import { planText } from '../../../src/core/report/plan.ts';
import { graphSvg } from '../../../src/core/report/svg.ts';
import { EXAMPLES, example } from '../../examples.ts';
import { expectGolden } from '../golden.ts';
import { DRIFT, IN_SYNC } from './drift.ts';
import { COMPLETE, CONFIRMED, DIAGNOSTICS, EMPTY_PLAN, INCOMPLETE, PLAN, REVERTED } from './inputs.ts';

const NOTED = { phases: CONFIRMED.phases, notes: ['4 hosts brought up'] };

const REPORTS: Readonly<Record<string, () => string>> = {
  'diagnostics.txt': () => diagnosticsText(DIAGNOSTICS),
  'diagnostics.md': () => diagnosticsMarkdown(DIAGNOSTICS),
  'diagnostics.json': () => documentText(diagnosticsJson(DIAGNOSTICS)),
  'diagnostics.annotations': () => diagnosticsAnnotations(DIAGNOSTICS),
  'plan.txt': () => planText(PLAN),
  'plan.md': () => planMarkdown(PLAN),
  'plan.json': () => documentText(planJson(PLAN)),
  'plan-empty.txt': () => planText(EMPTY_PLAN),
  'plan-empty.md': () => planMarkdown(EMPTY_PLAN),
  'deployment-confirmed.txt': () => deploymentText(CONFIRMED),
  'deployment-confirmed.md': () => deploymentMarkdown(CONFIRMED),
  'deployment-confirmed.json': () => documentText(deploymentJson(CONFIRMED)),
  'deployment-reverted.txt': () => deploymentText(REVERTED),
  'deployment-reverted.md': () => deploymentMarkdown(REVERTED),
  'deployment-reverted.json': () => documentText(deploymentJson(REVERTED)),
  'drift.txt': () => driftText(DRIFT),
  'drift.md': () => driftMarkdown(DRIFT),
  'drift.json': () => documentText(driftJson(DRIFT)),
  'drift-none.txt': () => driftText(IN_SYNC),
  'matrix-complete.txt': () => matrixText(COMPLETE, NOTED),
  'matrix-complete.md': () => matrixMarkdown(COMPLETE, NOTED),
  'matrix-incomplete.txt': () => matrixText(INCOMPLETE),
  'matrix-incomplete.md': () => matrixMarkdown(INCOMPLETE),
  'matrix-incomplete.json': () => documentText(matrixJson(INCOMPLETE, NOTED)),
};

describe('a report', () => {
  it.each(Object.entries(REPORTS))('reads as reviewed: %s', (name, report) => {
    expect.hasAssertions();
    expectGolden(`test/golden/report/expected/${name}`, report());
  });

  it.each(EXAMPLES)('draws the example %s as reviewed', (name) => {
    expect.hasAssertions();
    expectGolden(`test/golden/report/expected/${name}.mmd`, graphMermaid(example(name)));
    expectGolden(`test/golden/report/expected/${name}.svg`, graphSvg(example(name)));
  });
});
