import { Ajv, type ErrorObject } from 'ajv';
import { readFileSync } from 'node:fs';
import { withoutNullable } from './nullable.ts';

type Json = Readonly<Record<string, unknown>>;
interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: { readonly type?: string };
}

/** One operation of GitHub's API, as `METHOD /path/{name}`, with what stood for the names. */
export interface Operation {
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  /** Where it stands in the description, as a JSON pointer. */
  readonly pointer: string;
  readonly described: {
    readonly parameters?: readonly (Parameter | { readonly $ref: string })[];
    readonly requestBody?: {
      readonly required?: boolean;
      readonly content?: Readonly<Record<string, { readonly schema: Json }>>;
    };
    readonly responses: Readonly<Record<string, { readonly $ref: string } | { readonly content?: Json }>>;
  };
}

const FORMATS = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/,
  // Some addresses have the empty text as their default.
  uri: (text: string) => text === '' || URL.canParse(text),
  int32: true,
  int64: true,
  email: true,
  timestamp: true,
  'repo.nwo': /^[\w.-]+\/[\w.-]+$/,
} as const;

const root = JSON.parse(readFileSync('test/github/api.json', 'utf8')) as {
  paths: Readonly<Record<string, Readonly<Record<string, Operation['described']>>>>;
  components: {
    parameters: Readonly<Record<string, Parameter>>;
    schemas: Readonly<Record<string, Json>>;
  };
};
const ajv = new Ajv({ strict: false, allErrors: false, coerceTypes: false, formats: FORMATS });
ajv.addSchema(withoutNullable(root) as Json, 'github');

const validators = new Map<string, ReturnType<typeof ajv.compile>>();
function validator($ref: string) {
  const known = validators.get($ref);
  if (known) return known;
  const made = ajv.compile({ $ref });
  validators.set($ref, made);
  return made;
}

const routes = Object.entries(root.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => ({ method, path, described, pattern: pattern(path) })),
);

/** A path of several segments stands only for what GitHub lets be one: a file, a ref, a comparison. */
function pattern(path: string): RegExp {
  const deep = /\{(path|ref|basehead|branch)\}/;
  return new RegExp(
    `^${path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => `(?<${name}>${deep.test(whole) ? '.+?' : '[^/]+'})`)}$`,
  );
}

/** The operation that a request means, or undefined: of two that fit, the one with more fixed words. */
export function findOperation(method: string, path: string): Operation | undefined {
  const found = routes
    .filter((route) => route.method === method.toLowerCase() && route.pattern.test(path))
    .toSorted((a, b) => b.path.split('/').length - a.path.split('/').length)[0];
  if (!found) return undefined;
  const values = Object.entries(found.pattern.exec(path)?.groups ?? {});
  return {
    name: `${method} ${found.path}`,
    values: Object.fromEntries(values.map(([name, value]) => [name, decodeURIComponent(value)])),
    pointer: `#/paths/${escape(found.path)}/${found.method}`,
    described: found.described,
  };
}

/** What is wrong with a request: parameters and body, each unknown name too, since GitHub would ignore it. */
export function requestFaults(operation: Operation, query: URLSearchParams, body: unknown): string[] {
  return [...parameterFaults(operation, query), ...bodyFaults(operation, body)];
}

function parameterFaults(operation: Operation, query: URLSearchParams): string[] {
  const known = (operation.described.parameters ?? []).map((each) =>
    '$ref' in each ? root.components.parameters[each.$ref.split('/').at(-1)!]! : each,
  );
  const faults = [...query.keys()]
    .filter((name) => !known.some((each) => each.in === 'query' && each.name === name))
    .map((name) => `has no query parameter ${name}`);
  for (const { name, in: place, schema } of known) {
    const text = place === 'path' ? operation.values[name] : (query.get(name) ?? undefined);
    if (text === undefined) continue;
    const validate = ajv.compile(withoutNullable(schema) as Json);
    if (!validate(typed(text, schema.type))) faults.push(`${place} ${name}: ${reasons(validate.errors)}`);
  }
  return faults;
}

function typed(text: string, type: string | undefined): unknown {
  if (type === 'integer' || type === 'number') return Number(text);
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

function bodyFaults(operation: Operation, body: unknown): string[] {
  const schema = operation.described.requestBody?.content?.['application/json']?.schema;
  if (!schema) return body === undefined ? [] : ['takes no body'];
  if (body === undefined) return operation.described.requestBody?.required === true ? ['needs a body'] : [];
  const unknown = Object.keys(body as object).filter((name) => !names(schema).has(name));
  const faults = unknown.map((name) => `has no ${name} in its body`);
  const validate = validator(`github${operation.pointer}/requestBody/content/application~1json/schema`);
  return validate(body) ? faults : [...faults, `body: ${reasons(validate.errors)}`];
}

function names(schema: Json): Set<string> {
  const reference = /^#\/components\/schemas\/(.*)$/.exec(String(schema.$ref))?.[1];
  if (reference !== undefined) return names(root.components.schemas[reference]!);
  const alternatives = ['oneOf', 'anyOf', 'allOf'].flatMap(
    (key) => (schema[key] as Json[] | undefined) ?? [],
  );
  return new Set([
    ...Object.keys(schema.properties ?? {}),
    ...alternatives.flatMap((each) => [...names(each)]),
  ]);
}

/** What is wrong with an answer, which would be the test bed's own fault. */
export function responseFaults(operation: Operation, status: number, body: unknown): string[] {
  const described = operation.described.responses[String(status)];
  if (!described) return status >= 400 ? [] : [`does not answer ${status}`];
  const place = '$ref' in described ? described.$ref : `${operation.pointer}/responses/${status}`;
  const content = '$ref' in described ? undefined : described.content;
  const media = Object.keys(content ?? {}).find((name) => name.includes('json'));
  if (!media) return [];
  const validate = validator(`github${place}/content/${escape(media)}/schema`);
  return validate(body) ? [] : [`answers ${status} with ${reasons(validate.errors)}`];
}

const escape = (key: string) =>
  encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1')).replaceAll('~', '~');

function reasons(errors: readonly ErrorObject[] | null | undefined): string {
  return (errors ?? []).map((each) => `${each.instancePath} ${each.message}`).join('; ');
}
