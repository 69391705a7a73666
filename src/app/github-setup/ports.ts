/** A repository on GitHub, as somebody who administers it. Paths are those of the REST API, without the slash in front. */
export interface RepositoryAdmin {
  /** What stands at a path; undefined when nothing does (404). Throws a FaultError. */
  read(path: string): Promise<unknown>;
  /** Throws a FaultError with what GitHub said. */
  write(request: WriteRequest): Promise<void>;
  /** Gives an environment the text of a file as a secret. The text is neither kept nor shown. */
  giveSecret(secret: { readonly repository: string; readonly file: string } & SecretPlace): Promise<void>;
}

export interface WriteRequest {
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: object;
}

export interface SecretPlace {
  readonly environment: string;
  readonly name: string;
}
