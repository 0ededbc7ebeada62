import ts from 'typescript';
import { PURE_CORE } from './import-arrows.js';
import type { SourceFile } from './source-tree.js';
import { walk } from './syntax.js';

/** A rule of the house that one file can break: what is wrong with it, if anything. */
export type Rule = (file: SourceFile) => string[];

const LINES_MAX = 500;
const LAYERS = ['controllers', 'services', 'dtos', 'utils', 'types', 'common', 'helpers'];
/** The one place that reads the clock for everybody: what the edge hands in. */
const CLOCK_FILE = 'libs/domain/src/time.ts';
const AMBIENT = ['setTimeout', 'setInterval', 'setImmediate', 'performance', 'process', 'console', 'fetch', 'crypto'];

/** One idea per file; the cases of a spec may be many. */
export const isShort: Rule = ({ path, text }) => {
  const lines = text.split('\n').length - 1;
  return lines <= LINES_MAX || isTest(path) ? [] : [`${path}: ${lines} lines, at most ${LINES_MAX}`];
};

/** Folders are named after what they do, never after a layer. */
export const hasNoLayers: Rule = ({ path }) => {
  const layer = path.split('/').find((folder) => LAYERS.includes(folder));
  return layer === undefined ? [] : [`${path}: a folder named ${layer}`];
};

/** What is to be done is said in the tracker, not in the code. */
export const leavesNothingUndone: Rule = ({ path, text }) =>
  commentsOf(text)
    .filter((comment) => /\b(TODO|FIXME|XXX|HACK)\b/.test(comment))
    .map((comment) => `${path}: ${comment.trim()}`);

/** No test is switched off, and none switches off the others. */
export const runsAllTests: Rule = (file) => {
  const wrong: string[] = [];
  if (!isTest(file.path)) return wrong;
  walk(file, (node) => {
    if (ts.isIdentifier(node) && ['fit', 'xit', 'fdescribe', 'xdescribe'].includes(node.text))
      wrong.push(`${file.path}: ${node.text}`);
    if (ts.isPropertyAccessExpression(node) && /^(it|test|describe)$/.test(node.expression.getText()))
      if (node.name.text === 'only' || node.name.text === 'todo') wrong.push(`${file.path}: ${node.getText()}`);
  });
  return wrong;
};

/** The core reads no clock, no chance, no environment: what it needs is handed in, and it answers the same again. */
export const isPure: Rule = (file) => {
  const wrong: string[] = [];
  const [kind, lib] = file.path.split('/');
  if (kind !== 'libs' || !PURE_CORE.includes(lib!) || isTest(file.path)) return wrong;
  walk(file, (node) => {
    const ambient = ambientIn(node);
    if (ambient !== null && !(file.path === CLOCK_FILE && ambient === 'Date.now'))
      wrong.push(`${file.path}: ${ambient}`);
  });
  return wrong;
};

const ambientIn = (node: ts.Node): string | null => {
  if (ts.isPropertyAccessExpression(node)) {
    const text = node.getText();
    return text === 'Date.now' || text === 'Math.random' ? text : null;
  }
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length) return 'new Date()';
  return ts.isIdentifier(node) && AMBIENT.includes(node.text) && isFree(node) ? node.text : null;
};

/** A name that stands for the global of that name, and not for a member or a name of our own. */
const isFree = (node: ts.Identifier): boolean => {
  const { parent } = node;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  const isNamed = 'name' in parent && parent.name === node;
  return !isMember && !isNamed;
};

/** Comments by the scanner: a word in a string is none. */
const commentsOf = (text: string): string[] => {
  const found: string[] = [];
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, false, ts.LanguageVariant.JSX, text);
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan())
    if (token === ts.SyntaxKind.SingleLineCommentTrivia || token === ts.SyntaxKind.MultiLineCommentTrivia)
      found.push(scanner.getTokenText());
  return found;
};

const isTest = (path: string): boolean => /\.spec(-kit)?\.tsx?$/.test(path);
