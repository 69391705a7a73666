// The README's tables about the Action, from action.yml, the sub-actions' files and the workflows in examples.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const SUB_ACTIONS = [
  'plan',
  'deploy',
  'rollback',
  'freeze',
  'drift',
  'report',
  'command',
  'rehearse',
].filter((name) => existsSync(`${name}/action.yml`));

/** Markdown: what each input and output means, where it is there, and what the job of each sub-action may do. */
export function actionTables() {
  const root = read('action.yml');
  const subs = SUB_ACTIONS.map((name) => ({ ...read(`${name}/action.yml`), name }));
  const having = (kind, key) =>
    subs.filter((sub) => key in (sub[kind] ?? {})).map((sub) => `\`${sub.name}\``);
  const inputs = Object.entries(root.inputs).filter(([key]) => key !== 'command');
  return [
    '| input | default | means | of |',
    '|---|---|---|---|',
    ...inputs.map(
      ([key, { description, default: value }]) =>
        `| \`${key}\` | ${value === undefined ? '' : `\`${value}\``} | ${cell(description)} | ${having('inputs', key).join(' ')} |`,
    ),
    '',
    '| output | means | of |',
    '|---|---|---|',
    ...Object.entries(root.outputs).map(
      ([key, { description }]) =>
        `| \`${key}\` | ${cell(description)} | ${having('outputs', key).join(' ')} |`,
    ),
    '',
    '| job | started by | `permissions:` | SSH key |',
    '|---|---|---|---|',
    ...jobs().map(({ action, events, permissions, environment }) => {
      const granted = Object.entries(permissions).map(([name, access]) => `${name}: ${access}`);
      return `| \`${action}\` | ${events.map((each) => `\`${each}\``).join(', ')} | ${granted.join(', ')} | ${environment ? `of the environment \`${environment}\`` : 'none'} |`;
    }),
  ].join('\n');
}

function jobs() {
  const folder = 'examples/workflows';
  const found = readdirSync(folder)
    .filter((file) => file.endsWith('.yml'))
    .toSorted()
    .flatMap((file) => {
      const workflow = read(`${folder}/${file}`);
      return Object.values(workflow.jobs).flatMap((job) =>
        (job.steps ?? []).flatMap(({ uses }) => {
          const action = /^kuiil\/action\/([\w-]+)@/.exec(uses ?? '')?.[1];
          const environment = job.environment?.name ?? job.environment;
          const events = Object.keys(workflow.on).filter((event) => event !== 'workflow_call');
          return action ? [{ action, events, permissions: job.permissions, environment }] : [];
        }),
      );
    });
  // The first workflow that has a job shows it; the others are variants.
  return SUB_ACTIONS.flatMap((name) => found.find(({ action }) => action === name) ?? []);
}

function read(file) {
  return parse(readFileSync(file, 'utf8'));
}

function cell(text) {
  return text.replaceAll('|', '\\|');
}
