import { Hono, type Context } from 'hono';
import { originOf, type Delivery, type Origin } from '../../app/webhook/delivery.ts';
import { quote } from '../../core/model/escape.ts';
import { BodyFault, readBody } from './body.ts';
import { isSigned } from './signature.ts';

export interface WebhookOptions {
  /** At least one; while they are changed, the old and the new. */
  readonly secrets: readonly string[];
  /** `owner/name`, in lower case: whose deliveries are looked at. */
  readonly repositories: ReadonlySet<string>;
  /** Of the App: a public one may be installed by anybody, and a name of a repository may become another's. */
  readonly installations: ReadonlySet<number>;
  /** Does what a delivery asks for. Its answer is awaited by nobody but `later`. */
  readonly handle: (delivery: Delivery, origin: Origin) => Promise<void>;
  /** Keeps what runs on after the answer alive, where a platform ends it otherwise. */
  readonly later: (work: Promise<void>, context: Context) => void;
  readonly log: (line: string) => void;
}

/**
 * Takes GitHub's deliveries. Nothing of one is read before its signature is right, nothing is done for installations and
 * repositories that are not named, and the answer comes before the work: GitHub waits ten seconds.
 */
export function webhookApp(options: WebhookOptions): Hono {
  if (options.secrets.length === 0 || options.secrets.some((secret) => secret.length < MIN_SECRET))
    throw new Error(`a webhook needs a secret of at least ${MIN_SECRET} characters`);
  const app = new Hono();
  app.get('/healthz', (context) => context.text('ok\n'));
  const refused = nowAndThen(() => options.log('refused: a signature is not that of KUIIL_WEBHOOK_SECRETS'));
  app.post('/github', (context) => take(context, { ...options, refused }));
  app.onError((error, context) => {
    if (error instanceof BodyFault) return context.text(`${error.message}\n`, error.status);
    options.log(`a delivery failed: ${quote(error.message)}`);
    return context.text('our own fault\n', 500);
  });
  return app;
}

const MIN_SECRET = 16;

/** At most once a minute: what is not signed can be sent by anybody. */
function nowAndThen(tell: () => void): () => void {
  let told = -Infinity;
  return () => {
    if (Date.now() - told < 60_000) return;
    told = Date.now();
    tell();
  };
}

interface Taking extends WebhookOptions {
  readonly refused: () => void;
}

async function take(context: Context, options: Taking): Promise<Response> {
  const { req: request } = context;
  const event = request.header('x-github-event') ?? '';
  const signature = request.header('x-hub-signature-256') ?? '';
  if (!/^[a-z_]{1,40}$/.test(event) || signature === '')
    return context.text('this is no delivery of GitHub\n', 400);
  if (!/^application\/json\b/.test(request.header('content-type') ?? ''))
    return context.text('set the content type of the webhook to application/json\n', 415);
  const body = await readBody(request.raw);
  if (!(await isSigned(body, signature, options.secrets))) {
    options.refused();
    return context.text('the signature is not that of our secret\n', 401);
  }
  if (event === 'ping') return context.text('pong\n');
  const payload = parseJson(body);
  const origin = originOf(payload);
  if (!origin) return context.text('ignored: it is of no repository\n', 202);
  const stranger = strangeness(origin, options);
  if (stranger !== undefined) {
    options.log(`${quote(origin.repository)} ${event}: ignored, ${stranger}`);
    return context.text(`ignored: ${stranger}\n`, 202);
  }
  options.later(options.handle({ event, payload }, origin), context);
  return context.text('taken\n', 202);
}

/** Why a delivery that GitHub signed is none of ours. */
function strangeness({ repository, installation }: Origin, options: WebhookOptions): string | undefined {
  if (installation === undefined) return 'it is of no installation of the App';
  if (!options.installations.has(installation))
    return `installation ${installation} is not one of KUIIL_INSTALLATIONS`;
  if (!options.repositories.has(repository)) return 'the repository is not one of KUIIL_REPOSITORIES';
  return undefined;
}

function parseJson(body: Uint8Array<ArrayBuffer>): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new BodyFault(400, 'the body is no JSON');
  }
}
