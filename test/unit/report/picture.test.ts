import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostName } from '../../../src/core/model/name.ts';
import type { Cluster, Topology } from '../../../src/core/model/topology.ts';
import { graphMermaid } from '../../../src/core/report/graph.ts';
import { graphSvg } from '../../../src/core/report/svg.ts';
import { example } from '../../examples.ts';
import { text } from './hostile.ts';

const small = example('two-clusters');

/** So many clusters like the first of the example, each with so many nodes. */
function network(clusters: number, nodes: number, name = (i: number) => `site${i}`): Topology {
  const model = small.clusters[0]!;
  const cluster = (i: number): Cluster => ({
    ...model,
    name: name(i),
    routers: [],
    nodes: Array.from({ length: nodes }, (_, j) => ({
      ...model.nodes[Math.min(j, 1)]!,
      name: hostName(name(i), name(j)),
      cluster: name(i),
      node: name(j),
    })),
  });
  return { ...small, clusters: Array.from({ length: clusters }, (_, i) => cluster(i)) };
}

const TAG = /<(\/?)([a-z]+)((?: [a-zA-Z0-9-]+="[^"<>]*")*)(\/?)>/g;

/** Fails on a tag that is not closed, on a bare `<`, `>` or `&`, and on what runs or loads something. */
function expectWellFormed(svg: string): void {
  const tags = [...svg.matchAll(TAG)].map(([, closing, name, attributes, empty]) => ({
    closing,
    name,
    attributes,
    empty,
  }));
  const open: (string | undefined)[] = [];
  const crossed = tags.filter(({ closing, name, empty }) => {
    if (closing) return open.pop() !== name;
    if (!empty) open.push(name);
    return false;
  });
  expect([crossed, open]).toEqual([[], []]);
  expect(
    tags.filter(({ name, attributes }) => name === 'script' || / on\w+=|href|src=/.test(attributes!)),
  ).toEqual([]);
  const words = svg.replace(/<style>[^<]*<\/style>/, '').replace(TAG, '');
  expect(words).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|#39);)/);
  expect(svg.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
}

describe('the network as SVG', () => {
  it('is well-formed and refers to nothing outside, whatever the names', () => {
    expect.hasAssertions();
    fc.assert(
      fc.property(text, text, (a, b) =>
        expectWellFormed(graphSvg({ ...network(2, 3, (i) => (i ? a : b)), name: a })),
      ),
    );
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 20, 30, 31, 1000])(
    'keeps %i clusters on the canvas, none on another',
    (clusters) => {
      const svg = graphSvg(network(clusters, 4));
      expectWellFormed(svg);
      const [, width, height] = /viewBox="0 0 ([0-9.]+) ([0-9.]+)"/.exec(svg)!.map(Number);
      const cards = [
        ...svg.matchAll(
          /translate\(([0-9.]+) ([0-9.]+)\)">\s*<rect class="card" width="(\d+)" height="(\d+)"/g,
        ),
      ].map((match) => ({
        x: Number(match[1]),
        y: Number(match[2]),
        w: Number(match[3]),
        h: Number(match[4]),
      }));
      expect(cards).toHaveLength(Math.min(30, clusters));
      cards.forEach((card, i) => {
        expect(card.x + card.w).toBeLessThan(width!);
        expect(card.y + card.h).toBeLessThan(height!);
        for (const other of cards.slice(0, i)) {
          expect(
            card.x >= other.x + other.w || other.x >= card.x + card.w || card.y >= other.y + other.h,
          ).toBe(true);
        }
      });
    },
  );

  it('counts the clusters that it does not show', () => {
    expect(graphSvg(network(1000, 4))).toContain('>971 more clusters<');
  });
});

describe('the network as Mermaid', () => {
  it('has one statement a line and no foreign character in a label, whatever the names', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const lines = graphMermaid(network(2, 3, (i) => (i ? a : b)))
          .trimEnd()
          .split('\n');
        for (const line of lines) {
          expect(line.replaceAll('<br/>', ' ')).toMatch(
            /^ *(?:flowchart TB|end|classDef ranges [a-z0-9: -]+|(?:subgraph )?\w+(?:\["[^"]+"\]|\(\["[^"]+"\]\))(?::::ranges)?|\w+ (?:---|-\.-) \w+|hub ===\|"[^"]*"\| \w+)$/,
          );
          const words = [...line.matchAll(/"([^"]*)"/g)].map((match) => match[1]!.replaceAll('<br/>', ' '));
          for (const word of words) expect(word).not.toMatch(/[<>&"`[\]{}|;](?<!#\d+;)|@/);
        }
      }),
    );
  });

  it('shows clusters instead of hosts above a hundred hosts', () => {
    expect(graphMermaid(network(3, 33))).toContain('subgraph');
    expect(graphMermaid(network(3, 34))).not.toContain('subgraph');
  });

  it.each([1, 50, 100, 1000])('stays within what GitHub draws, with %i clusters', (clusters) => {
    for (const nodes of [1, 3, 10]) {
      const graph = graphMermaid(network(clusters, nodes));
      expect(graph.length).toBeLessThan(50_000);
      expect(graph.match(/===|---|-\.-/g)!.length).toBeLessThan(500);
    }
  });

  it('counts the clusters that it does not show', () => {
    expect(graphMermaid(network(1000, 10))).toMatch(/"[0-9]+ more clusters"/);
  });
});
