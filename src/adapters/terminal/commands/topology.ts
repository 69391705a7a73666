import { compile } from '../../../core/compile/compile.ts';
import type { HostName } from '../../../core/model/name.ts';
import type { Topology } from '../../../core/model/topology.ts';
import { graphMermaid } from '../../../core/report/graph.ts';
import { graphSvg } from '../../../core/report/svg.ts';
import { planJson } from '../../../core/report/plan-json.ts';
import { planMarkdown } from '../../../core/report/plan-markdown.ts';
import { planText } from '../../../core/report/plan.ts';
import { render } from '../../../core/render/render.ts';
import type { Examined } from '../../../app/check.ts';
import { foresee } from '../../../app/foresee.ts';
import { UsageError } from '../options.ts';
import { paint } from '../paint.ts';
import type { Result } from '../result.ts';
import type { World } from '../world.ts';

/** Every host's files: into a folder, as `DIR/HOST/PATH`, or one after the other on standard output. */
export async function renderFiles(
  world: World,
  topology: Topology,
  { out, host }: { readonly out?: string; readonly host?: HostName },
): Promise<Result> {
  const fleet = compile(topology);
  if (host !== undefined && !fleet.has(host))
    throw new UsageError(
      `${host} is not an enrolled host of this topology: it has ${listed([...fleet.keys()])}`,
    );
  const files = [...fleet]
    .filter(([name]) => host === undefined || name === host)
    .flatMap(([name, state]) => render(state).map((file) => ({ host: name, ...file })));
  if (out !== undefined) {
    for (const file of files)
      await world.files.write(`${out}/${file.host}${file.path}`, file.text, file.mode);
  }
  return {
    exit: 0,
    text: () =>
      out === undefined
        ? files.map((file) => `# ${file.host}:${file.path}\n${file.text}`).join('\n')
        : `${files.length} files of ${host ?? `${fleet.size} hosts`} in ${out}`,
    json: () => ({ kuiil: 1, kind: 'render', files }),
  };
}

export function planned(
  world: World,
  base: Topology | undefined,
  { value: head, locate }: Examined & { readonly value: Topology },
  exitCode: boolean,
): Result {
  const step = foresee(base, head, locate);
  const changes = step.hosts.some(({ status }) => status !== 'unchanged' && status !== 'pending');
  return {
    exit: exitCode && changes ? 3 : 0,
    text: () => planText(step, paint(world.stdout)),
    json: () => planJson(step),
    markdown: () => planMarkdown(step),
  };
}

export function graph(topology: Topology, as: 'mermaid' | 'svg'): Result {
  const picture = () => (as === 'svg' ? graphSvg(topology) : graphMermaid(topology));
  return { exit: 0, text: picture, json: () => ({ kuiil: 1, kind: 'graph', as, picture: picture() }) };
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none yet' : names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '');
}
