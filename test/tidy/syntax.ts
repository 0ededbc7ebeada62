import ts from 'typescript';
import type { SourceFile } from './source-tree.js';

/** Calls `see` with every node of the file's syntax tree, parents first. */
export const walk = ({ path, text }: SourceFile, see: (node: ts.Node) => void): void => {
  const visit = (node: ts.Node): void => {
    see(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
};

/** What a file imports, in any form: `import`, `export … from`, `import(…)`, types included. */
export const importsOf = (file: SourceFile): string[] => {
  const found: string[] = [];
  walk(file, (node) => {
    const from =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
            ? node.arguments[0]
            : undefined;
    if (from !== undefined && ts.isStringLiteralLike(from)) found.push(from.text);
  });
  return found;
};
