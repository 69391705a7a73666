const REPOSITORY = 'kuiil/action';
const WAIT_MS = 10_000;

/** The commit that a tag of the Action is on, as GitHub says to everybody; undefined when there is no such tag. */
export async function actionRelease(
  tag: string,
  url = 'https://api.github.com',
): Promise<string | undefined> {
  const answer = await fetch(`${url}/repos/${REPOSITORY}/commits/${encodeURIComponent(tag)}`, {
    headers: {
      accept: 'application/vnd.github.sha',
      'user-agent': 'kuiil',
      'x-github-api-version': '2022-11-28',
    },
    signal: AbortSignal.timeout(WAIT_MS),
  });
  const text = answer.ok ? (await answer.text()).trim() : '';
  return /^[0-9a-f]{40}$/.test(text) ? text : undefined;
}
