/** What goes wrong with one request that the bed answers. */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'reset' };

/** GitHub's secondary rate limit: 403, and after how many seconds to come back. */
export const secondaryLimit = (retryAfterSeconds: number): Fault => ({
  kind: 'answer',
  status: 403,
  headers: { 'retry-after': String(retryAfterSeconds) },
  body: JSON.stringify({
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    documentation_url:
      'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
  }),
});

/** What GitHub's front answers when its back does not: HTML, no JSON. */
export const badGateway: Fault = {
  kind: 'answer',
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>502 Bad Gateway</title></head><body>unicorn</body></html>',
};

/** Faults in wait: each strikes the next `times` requests whose `METHOD /path` matches. */
export class Faults {
  private waiting: { readonly matching: RegExp; readonly fault: Fault; times: number }[] = [];

  inject(matching: RegExp, fault: Fault, times = 1): void {
    this.waiting.push({ matching, fault, times });
  }

  next(request: string): Fault | undefined {
    const found = this.waiting.find((each) => each.times > 0 && each.matching.test(request));
    if (found) found.times--;
    return found?.fault;
  }

  clear(): void {
    this.waiting = [];
  }

  /** Faults that struck nobody: a test that injects one means it. */
  get unused(): readonly string[] {
    return this.waiting.filter(({ times }) => times > 0).map(({ matching }) => String(matching));
  }
}
