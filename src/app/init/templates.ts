import deploy from '../../../examples/workflows/kuiil.yml';
import command from '../../../examples/workflows/kuiil-command.yml';
import drift from '../../../examples/workflows/kuiil-drift.yml';
import plan from '../../../examples/workflows/kuiil-plan.yml';
import rehearse from '../../../examples/workflows/kuiil-rehearse.yml';
import example from '../../../examples/two-clusters/topology.yaml';

/** A release of the Action: what a workflow is pinned to, and what people call it. */
export interface Pin {
  /** A commit, since a tag can be moved. */
  readonly commit: string;
  readonly tag: string;
}

export interface Template {
  readonly path: string;
  readonly text: string;
}

const WORKFLOWS = {
  'kuiil-plan': plan,
  kuiil: deploy,
  'kuiil-command': command,
  'kuiil-drift': drift,
  'kuiil-rehearse': rehearse,
};
const SCHEMA = 'https://raw.githubusercontent.com/kuiil/action';

/** The files that a repository begins with: the examples of these docs, with the Action pinned and the branch named. */
export function templates(
  { commit, tag }: Pin,
  branch: string,
  topology: string = example,
): readonly Template[] {
  const workflows = Object.entries(WORKFLOWS).map(([name, text]) => ({
    path: `.github/workflows/${name}.yml`,
    text: text
      .replaceAll(/(uses: kuiil\/action\/\w+)@v\d+/g, `$1@${commit} # ${tag}`)
      .replaceAll('branches: [main]', `branches: [${branch}]`),
  }));
  const schema = `$schema=${SCHEMA}/${commit}/schema/topology.schema.json`;
  const first = { path: 'topology.yaml', text: topology.replace(/\$schema=\S*/, () => schema) };
  return [first, ...workflows];
}
