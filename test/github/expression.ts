import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { truthy } from '@actions/expressions/result';

/** What an expression can name, as JSON has it: `github`, `inputs`, `needs`, `secrets`, `steps`. */
export type Contexts = Readonly<Record<string, object>>;

/** `if:` of a job, which without asking for a status itself holds only where all that the job needs `went well`. */
export function holds(condition: string | undefined, contexts: Contexts, wentWell: boolean): boolean {
  if (condition === undefined) return wentWell;
  return (wentWell || condition.includes('always()')) && truthy(evaluate(condition, contexts));
}

/** A text with its `${{ … }}` filled in. */
export function filled(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) =>
    evaluate(expression, contexts).coerceString(),
  );
}

const ALWAYS = { name: 'always', minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(true) };

/** By GitHub's own library. What a context does not have is nothing there. */
function evaluate(expression: string, contexts: Contexts): data.ExpressionData {
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, ['github', 'inputs', 'needs', 'secrets', 'steps'], [ALWAYS]).parse();
  const all = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(parsed, all, new Map([[ALWAYS.name, ALWAYS]])).evaluate();
}
