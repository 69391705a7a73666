import { visible } from './escape.ts';

const MAX_NOTE = 600;

interface Laid {
  readonly written: readonly string[];
  readonly kept: readonly string[];
  readonly branch: string;
  /** What is to be looked at in a topology that was made from live clusters. */
  readonly notes?: readonly string[];
}

interface Chore {
  readonly what: string;
  /** To be copied into a shell. */
  readonly commands: readonly string[];
}

/** What was laid down, and what only people can do, in the order in which it works. */
export function initText({ written, kept, branch, notes = [] }: Laid): string {
  const lines = [
    ...written.map((path) => `wrote ${path}`),
    ...kept.map((path) => `kept  ${path}, which was there`),
    ...(notes.length === 0 ? [] : ['', 'Look at these in topology.yaml:']),
    ...notes.map((note) => `  ${visible(note, MAX_NOTE)}`),
    '',
    'What is left to do, in this order:',
  ];
  for (const [index, { what, commands }] of chores(branch).entries()) {
    lines.push('', `${index + 1}. ${what}`, ...commands.map((command) => `     ${command}`));
  }
  return `${lines.join('\n')}\n`;
}

function chores(branch: string): readonly Chore[] {
  return [
    {
      what: 'Merge the workflows alone: a pull request is planned by the workflow that its base has.',
      commands: [
        `git add .github/workflows/kuiil*.yml && git commit -m 'kuiil: workflows [skip ci]' && git push origin ${branch}`,
      ],
    },
    {
      what: 'Describe your network in topology.yaml, and look at it.',
      commands: ['kuiil validate', 'kuiil graph --as svg > network.svg'],
    },
    {
      what: 'Try it where it can break nothing: the whole network in namespaces, on any Linux machine, as root.',
      commands: ['kuiil rehearse --install'],
    },
    {
      what: 'Let the hosts in: it reads their keys into topology.keys.yaml, and makes one for deployments. Hosts without keys are left out until then.',
      commands: ['kuiil enrol'],
    },
    {
      what: `Make the repository ready, by your own gh: environments that only ${branch} may use, with the keys in them; pull requests and the check "plan" required.`,
      commands: ['kuiil github setup', 'kuiil github setup --check'],
    },
    {
      what: 'Open a pull request with topology.yaml and topology.keys.yaml: its comment says what happens when you merge it.',
      commands: [
        "git switch -c network && git add topology.yaml topology.keys.yaml && git commit -m 'kuiil: our network' && gh pr create --fill",
      ],
    },
  ];
}
