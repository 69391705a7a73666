import { isError, type Diagnostic } from '../model/diagnostic.ts';
import type { Plan } from '../model/plan.ts';
import type { Topology } from '../model/topology.ts';
import { COMMENT_BUDGET, size } from './budget.ts';
import { diagnosticsMarkdown } from './diagnostics-markdown.ts';
import { code, fence } from './escape-markdown.ts';
import { graphMermaid } from './graph.ts';
import { planMarkdown } from './plan-markdown.ts';

/** What a pull request makes of one topology. */
export type Planned =
  | {
      readonly kind: 'planned';
      readonly file: string;
      readonly plan: Plan;
      readonly head: Topology;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly kind: 'invalid'; readonly file: string; readonly diagnostics: readonly Diagnostic[] }
  /** The base is not valid, so there is nothing to compare with. */
  | { readonly kind: 'mended'; readonly file: string; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'unchanged'; readonly file: string }
  | { readonly kind: 'deleted'; readonly file: string };

interface PlannedMarkdownOptions {
  readonly budget?: number;
  /** Where everything can be read that the budget leaves out: a sentence without a full stop. */
  readonly elsewhere?: string;
  /** Markdown of ours that stands last, such as a link to the run. */
  readonly footer?: string;
}

/** What a reviewer needs of one topology, of at most `budget` bytes. */
export function plannedMarkdown(planned: Planned, options: PlannedMarkdownOptions = {}): string {
  const { budget = COMMENT_BUDGET, elsewhere, footer = '' } = options;
  const title = `### Kuiil: ${code(planned.file)}\n`;
  const foot = footer === '' ? '' : `\n${footer}\n`;
  const room = budget - size(title) - size(foot) - 2;
  return `${title}\n${body(planned, room, elsewhere)}${foot}`;
}

function body(planned: Planned, budget: number, elsewhere: string | undefined): string {
  switch (planned.kind) {
    case 'planned': {
      const { plan, head, diagnostics } = planned;
      return planMarkdown(plan, {
        budget,
        ...(elsewhere === undefined ? {} : { elsewhere }),
        accept: { how: ACCEPT, text: acceptComments(plan).join('\n') },
        parts: [...remarks(diagnostics, budget / 8), ...picture(plan, head)],
      });
    }
    case 'invalid':
      return diagnosticsMarkdown(planned.diagnostics, budget);
    case 'mended':
      return `${MENDED}\n${remarks(planned.diagnostics, budget - size(MENDED) - 2).join('\n')}`;
    case 'unchanged':
      return '**This pull request changes nothing here.**\n';
    case 'deleted':
      return '**This file is deleted.** Hosts keep what they have: run `kuiil remove` with the earlier file to take Kuiil off them.\n';
  }
}

const ACCEPT =
  'Before it is deployed, somebody who may write to this repository has to accept it in a new comment of their own, one line each:';
const MENDED =
  '**The topology is valid.** What the branch has now is not, so there is nothing to compare with: what is deployed goes by what the hosts hold.\n';

/** The comments that accept all dangers of a plan; one a code. */
export function acceptComments({ dangers, digest }: Pick<Plan, 'dangers' | 'digest'>): readonly string[] {
  return [...new Set(dangers.map((danger) => danger.code))].map((each) => `/kuiil accept ${each} ${digest}`);
}

/** Warnings and notices: a plan has no errors. */
function remarks(diagnostics: readonly Diagnostic[], budget: number): readonly string[] {
  return diagnostics.some((each) => !isError(each)) ? [diagnosticsMarkdown(diagnostics, budget)] : [];
}

function picture({ hosts }: Plan, head: Topology): readonly string[] {
  const highlight = new Map(hosts.map(({ host, status }) => [host, status]));
  const drawing = fence(graphMermaid(head, highlight).trimEnd().split('\n'), 'mermaid');
  const summary = '<summary>The network; green is added, yellow changes</summary>';
  return [['<details>', summary, '', drawing, '', '</details>', ''].join('\n')];
}

/** The title of a check over all of them: one line without markup. */
export function plannedTitle(all: readonly Planned[]): string {
  const amount = (kind: Planned['kind']) => all.filter((each) => each.kind === kind).length;
  const errors = all.flatMap((each) =>
    'diagnostics' in each ? each.diagnostics.filter(isError) : [],
  ).length;
  if (errors > 0) return `${errors} ${errors === 1 ? 'error' : 'errors'}`;
  const plans = all.flatMap((each) => (each.kind === 'planned' ? [each.plan] : []));
  const hosts = plans
    .flatMap((plan) => plan.hosts)
    .filter(({ status }) => status !== 'unchanged' && status !== 'pending').length;
  const dangers = plans.flatMap((plan) => plan.dangers).length;
  if (amount('unchanged') === all.length) return 'no topology changes';
  return [
    hosts === 0 ? 'no host changes' : `${hosts} ${hosts === 1 ? 'host changes' : 'hosts change'}`,
    ...(dangers > 0 ? [`${dangers} ${dangers === 1 ? 'danger has' : 'dangers have'} to be accepted`] : []),
  ].join('; ');
}

/** A line about what a plan was made from. */
export function provenance({
  base,
  head,
  run,
}: {
  readonly base: string;
  readonly head: string;
  readonly run: string;
}): string {
  return `<sub>From ${code(base.slice(0, 12))} to ${code(head.slice(0, 12))}, by <a href="${encodeURI(run)}">this run</a>.</sub>`;
}
