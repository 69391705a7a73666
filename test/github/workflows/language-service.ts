import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { parse } from 'yaml';

interface Service {
  readonly validate: (document: unknown, config: object) => Promise<readonly { readonly message: string }[]>;
  readonly TextDocument: {
    create: (uri: string, language: string, version: number, text: string) => unknown;
  };
}
interface Reference {
  readonly owner: string;
  readonly name: string;
  readonly path?: string;
}

/** Actions of others would have to be fetched; that they are pinned by commit is tested elsewhere. */
const ELSEWHERE = /^Unable to resolve action `(?!kuiil\/)/;

const CACHE = resolve('node_modules/.cache/kuiil');
let service: Promise<Service> | undefined;

/** What GitHub's own language service says about a workflow or an action.yml; each has to be at a path of its own. */
export async function serviceFaults(path: string, text: string): Promise<string[]> {
  const { validate, TextDocument } = await (service ??= loadService());
  const document = TextDocument.create(pathToFileURL(resolve(path)).href, 'yaml', 1, text);
  const found = await validate(document, { actionsMetadataProvider: { fetchActionMetadata: metadata } });
  return found.map(({ message }) => message).filter((message) => !ELSEWHERE.test(message));
}

/** Only a bundle of the package can be imported: its own files import each other as Node does not. */
async function loadService(): Promise<Service> {
  mkdirSync(CACHE, { recursive: true });
  const input = join(CACHE, `language-service-${process.pid}.in.mjs`);
  const file = join(CACHE, `language-service-${process.pid}.mjs`);
  writeFileSync(
    input,
    `export { validate } from '@actions/languageservice';
     export { TextDocument } from 'vscode-languageserver-textdocument';`,
  );
  const bundle = await rolldown({ input, platform: 'node', logLevel: 'silent' });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return import(pathToFileURL(file).href) as Promise<Service>;
}

/** Inputs of our own actions, so that a `with:` that they do not know is found. Those of others are not at hand. */
async function metadata({ owner, name, path = '' }: Reference): Promise<object | undefined> {
  if (`${owner}/${name}` !== 'kuiil/action') return undefined;
  const file = join(path, 'action.yml');
  return existsSync(file) ? (parse(readFileSync(file, 'utf8')) as object) : undefined;
}
