import type { Annotation, Check, Checks } from '../../app/github/ports.ts';
import { githubFault } from '../../app/github/fault.ts';
import type { Client } from './client.ts';
import { asked, statusOf } from './failure.ts';

/** GitHub takes so many annotations a request. */
const BATCH = 50;

export function githubChecks({ octokit, at }: Client): Checks {
  return {
    async create({ name, commit, conclusion, title, summary, text, annotations }: Check) {
      const output = { title, summary, ...(text === undefined ? {} : { text }) };
      const [first = [], ...rest] = batches(annotations.map(annotation));
      let answer;
      try {
        answer = await octokit.rest.checks.create({
          ...at,
          name,
          head_sha: commit,
          status: 'completed',
          conclusion,
          output: { ...output, annotations: first },
        });
      } catch (error) {
        // The token of a stranger's pull request may only read.
        if (statusOf(error) === 403) return undefined;
        return asked('write the check', Promise.reject(error));
      }
      const { id, app } = answer.data;
      for (const batch of rest) {
        await asked(
          'write the check',
          octokit.rest.checks.update({ ...at, check_run_id: id, output: { ...output, annotations: batch } }),
        );
      }
      if (app) return { app: app.id, bot: app.slug && `${app.slug}[bot]` };
      throw githubFault({
        code: 'github/request',
        step: 'write the check',
        cause:
          'GitHub does not say as which App this job writes, so that it could not tell its comments from others',
        hint: 'leave the input github-token as it is, or give it the token of an App',
      });
    },
  };
}

function annotation({ path, level, startLine, endLine, columns, title, message }: Annotation) {
  return {
    path,
    annotation_level: level,
    start_line: startLine,
    end_line: endLine,
    ...(columns ? { start_column: columns[0], end_column: columns[1] } : {}),
    title,
    message,
  };
}

function batches<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / BATCH) }, (_, i) =>
    all.slice(i * BATCH, (i + 1) * BATCH),
  );
}
