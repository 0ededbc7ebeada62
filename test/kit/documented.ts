import { Compile } from 'typebox/schema';

/** What is read of an OpenAPI document. */
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Content }> }>>;
  components: object;
}
type Content = Record<string, { schema: object }>;

/** The paths that a document says answer a GET with JSON. */
export const documentedPaths = ({ paths }: Document): string[] =>
  Object.entries(paths)
    .filter(([, { get }]) => get?.responses['200']?.content?.['application/json'] !== undefined)
    .map(([path]) => path);

/** What an answer to a GET of `path` is against the document: where and how; empty where it is as documented. */
export const undocumented = ({ paths, components }: Document, path: string, answer: unknown): string[] => {
  const { schema } = paths[path]!['get']!.responses['200']!.content!['application/json']!;
  const [isDocumented, errors] = Compile({ ...schema, components }).Errors(answer);
  return isDocumented ? [] : errors.map(({ instancePath, message }) => `${path} ${instancePath} ${message}`);
};
