import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMENT_BUDGET } from '../../../src/core/report/budget.ts';
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
import { matrixJson } from '../../../src/core/report/matrix-json.ts';
import { matrixMarkdown } from '../../../src/core/report/matrix-markdown.ts';
import { matrixText } from '../../../src/core/report/matrix.ts';
import { planJson } from '../../../src/core/report/plan-json.ts';
import { planMarkdown } from '../../../src/core/report/plan-markdown.ts';
import { planText } from '../../../src/core/report/plan.ts';
import { proofJson } from '../../../src/core/report/proof-json.ts';
import { proofMarkdown } from '../../../src/core/report/proof-markdown.ts';
import { proofText } from '../../../src/core/report/proof.ts';
import { deployments, diagnostics, drifts, plans, probes, proofs } from './hostile.ts';
import { expectHarmless } from './markdown-page.ts';

const size = (text: string) => new TextEncoder().encode(text).length;

interface Report<T> {
  readonly inputs: fc.Arbitrary<T>;
  readonly text: (input: T) => string;
  readonly json: (input: T) => object;
  readonly markdown: (input: T, budget?: number) => string;
}

function itHoldsFor<T>({ inputs, text, json, markdown }: Report<T>): void {
  it('is harmless as Markdown, within any budget, whatever the names', () => {
    fc.assert(
      fc.property(inputs, fc.integer({ min: 12_000, max: COMMENT_BUDGET }), (input, budget) => {
        const page = markdown(input, budget);
        expect(size(page)).toBeLessThanOrEqual(budget);
        expectHarmless(page);
      }),
      { numRuns: 50 },
    );
  });

  it('shows no control character on a terminal', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(text(input).replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('is JSON that can be read back and hides no character', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const printed = documentText(json(input));
        expect(JSON.stringify(JSON.parse(printed))).toBe(JSON.stringify(json(input)));
        expect(printed.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('gives the same bytes for the same input', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const copy = structuredClone(input);
        expect([text(copy), markdown(copy), documentText(json(copy))]).toEqual([
          text(input),
          markdown(input),
          documentText(json(input)),
        ]);
      }),
    );
  });
}

describe('a report on diagnostics', () => {
  itHoldsFor({
    inputs: diagnostics,
    text: (input) => diagnosticsText(input),
    json: diagnosticsJson,
    markdown: diagnosticsMarkdown,
  });
});
describe('a plan', () => {
  itHoldsFor({
    inputs: plans,
    text: (input) => planText(input),
    json: planJson,
    markdown: (input, budget = COMMENT_BUDGET) => planMarkdown(input, { budget, elsewhere: input.name }),
  });
});
describe('a proof', () => {
  itHoldsFor({
    inputs: proofs,
    text: (input) => proofText(input),
    json: proofJson,
    markdown: (input, budget = COMMENT_BUDGET) => proofMarkdown(input, { budget }),
  });
});
describe('a deployment', () => {
  itHoldsFor({
    inputs: deployments,
    text: (input) => deploymentText(input),
    json: (input) => deploymentJson(input),
    markdown: deploymentMarkdown,
  });
});
describe('a drift check', () => {
  itHoldsFor({
    inputs: drifts,
    text: (input) => driftText(input),
    json: driftJson,
    markdown: driftMarkdown,
  });
});
describe('a matrix', () => {
  itHoldsFor({
    inputs: probes,
    text: (input) => matrixText(input),
    json: (input) => matrixJson(input),
    markdown: (input, budget = COMMENT_BUDGET) =>
      matrixMarkdown(input, { budget, notes: input.map(({ from }) => from).slice(0, 2) }),
  });
});

describe('workflow commands', () => {
  it('are one a line, whatever the messages say', () => {
    fc.assert(
      fc.property(diagnostics, (input) => {
        const lines = diagnosticsAnnotations(input).split('\n').slice(0, -1);
        const commands = lines.filter((each) => each.startsWith('::'));
        const amount = (severity: string) =>
          Math.min(10, input.filter((each) => each.severity === severity).length);
        expect(commands.length).toBe(amount('error') + amount('warning') + amount('notice'));
        expect(lines.length - commands.length).toBe(commands.length < input.length ? 1 : 0);
        for (const command of commands) {
          expect(command).toMatch(
            /^::(?:error|warning|notice) file=[^,:]*,line=\d+(?:,col=\d+)?,endLine=\d+(?:,endColumn=\d+)?,title=[^,:]+::/,
          );
          expect(command).not.toMatch(/%(?!25|0A|0D|3A|2C)|[\p{C}\p{Zl}\p{Zp}]/u);
        }
      }),
    );
  });
});
