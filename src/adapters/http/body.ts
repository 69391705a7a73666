/** A body that is not taken, with the status that says so. */
export class BodyFault extends Error {
  readonly status: 400 | 408 | 413;
  constructor(status: BodyFault['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** GitHub sends 25 MB at most; what we look at is far below this. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** GitHub gives up after ten seconds; who sends a byte at a time is not GitHub. */
const MAX_READ_MS = 10_000;

/** The bytes of a request. Stops reading where it is too long or too slow. */
export async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLong();
  const reader = request.body?.getReader();
  if (!reader) return new Uint8Array();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slow = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BodyFault(408, 'the body comes too slowly')), MAX_READ_MS);
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), slow]);
      if (done) return joined(chunks, size);
      size += value.length;
      if (size > MAX_BODY_BYTES) throw tooLong();
      chunks.push(value);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    throw error instanceof BodyFault ? error : new BodyFault(400, 'the body was cut off');
  } finally {
    clearTimeout(timer);
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function tooLong(): BodyFault {
  return new BodyFault(413, `the body has more than ${MAX_BODY_BYTES} bytes`);
}
