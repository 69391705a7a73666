import { describe, expect, it } from 'vitest';
import { isComplete } from '../../src/app/proof.ts';
import { documentText } from '../../src/core/report/document.ts';
import { proofJson } from '../../src/core/report/proof-json.ts';
import { proofMarkdown } from '../../src/core/report/proof-markdown.ts';
import { proofText } from '../../src/core/report/proof.ts';
import { expectGolden } from './golden.ts';
import { proofOf } from './proofs.ts';

describe.each([
  { name: 'complete', isBroken: false },
  { name: 'incomplete', isBroken: true },
])('a proof that is $name', ({ name, isBroken }) => {
  const proof = proofOf({ isBroken });

  it('is called so', () => expect(isComplete(proof)).toBe(!isBroken));
  it('reads as text', () => expectGolden(`test/golden/report/expected/proof-${name}.txt`, proofText(proof)));
  it('reads as Markdown', () =>
    expectGolden(`test/golden/report/expected/proof-${name}.md`, proofMarkdown(proof)));
  it('reads as JSON', () =>
    expectGolden(`test/golden/report/expected/proof-${name}.json`, documentText(proofJson(proof))));
});
