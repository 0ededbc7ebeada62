import { mayCall } from './question-functions.js';

/** One node of a parsed statement: its kind, and what it names. */
interface Node {
  readonly kind: string;
  readonly name: string;
  readonly children: Node[];
}

/** What a question may be made of; whatever else the language has, or will have, is refused. */
const KINDS: ReadonlySet<string> = new Set([
  'SelectWithUnionQuery',
  'SelectIntersectExceptQuery',
  'SelectQuery',
  'ExpressionList',
  'TablesInSelectQuery',
  'TablesInSelectQueryElement',
  'TableExpression',
  'TableIdentifier',
  'TableJoin',
  'ArrayJoin',
  'Subquery',
  'WithElement',
  'Asterisk',
  'QualifiedAsterisk',
  'ColumnsRegexpMatcher',
  'ColumnsListMatcher',
  'ColumnsTransformerList',
  'ColumnsExceptTransformer',
  'ColumnsReplaceTransformer',
  'ColumnsReplaceTransformer::Replacement',
  'Identifier',
  'Literal',
  'Function',
  'OrderByElement',
  'WindowDefinition',
  'WindowListElement',
]);
const SAID_OTHERWISE: Readonly<Record<string, string>> = {
  Set: 'SETTINGS are not allowed',
  SampleRatio: 'SAMPLE is not allowed: no view is sampled',
  ColumnsApplyTransformer: 'APPLY is not allowed: write the function out',
  QueryParameter: 'parameters such as {name:Type} are not allowed: write the value',
};

/** Before IN a table may stand where elsewhere a column does. */
const IN = /^(global)?(not)?(null)?in(ignoreset)?$/i;

/**
 * Why a statement may not be run, from its syntax tree as `EXPLAIN AST` prints it, one node a line; `null` where it may.
 * `tables` are those that the store really has: a name that is none of them means a documented view, a name of the
 * statement's own, or nothing at all.
 */
export const faultIn = (ast: readonly string[], tables: ReadonlySet<string>): string | null => {
  const root = treeOf(ast);
  return root === null ? 'the statement could not be understood' : faultOf(root, null, tables);
};

const faultOf = (node: Node, parent: Node | null, tables: ReadonlySet<string>): string | null =>
  ownFault(node, parent, tables) ??
  node.children.reduce<string | null>((fault, child) => fault ?? faultOf(child, node, tables), null);

const ownFault = ({ kind, name, children }: Node, parent: Node | null, tables: ReadonlySet<string>): string | null => {
  if (!KINDS.has(kind)) return SAID_OTHERWISE[kind] ?? `${kind} is not allowed`;
  if (kind === 'TableIdentifier') return tableFault(name, tables);
  if (kind !== 'Function') return null;
  if (parent?.kind === 'TableExpression') return `the table function ${name} is not allowed: ask the documented views`;
  if (IN.test(name) && isTableName(children[0]?.children[1])) return 'after IN write a list or (SELECT …)';
  return mayCall(name) ? null : `the function ${name} is not allowed`;
};

const tableFault = (name: string, tables: ReadonlySet<string>): string | null => {
  if (name.includes('.')) return `the table ${name} is not there: ask the documented views, without a database`;
  return tables.has(name) ? `the table ${name} is not there: ask the documented views` : null;
};

const isTableName = (operand: Node | undefined): boolean =>
  operand?.kind === 'Identifier' || operand?.kind === 'TableIdentifier';

/** By indentation: a node's children stand one blank further in. */
const treeOf = (lines: readonly string[]): Node | null => {
  const open: Node[] = [];
  for (const line of lines) {
    const [, indent = '', kind = '', name = ''] =
      /^( *)(\S+) ?(.*?)(?: \(alias .*\))?(?: \(children \d+\))?$/.exec(line) ?? [];
    const node = { kind, name, children: [] };
    if (kind === '' || indent.length > open.length || (indent.length === 0 && open.length > 0)) return null;
    open.length = indent.length;
    open.at(-1)?.children.push(node);
    open.push(node);
  }
  return open[0] ?? null;
};
