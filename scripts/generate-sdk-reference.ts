import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type ClassDeclaration,
  type ClassElement,
  type InterfaceDeclaration,
  isClassDeclaration,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isInterfaceDeclaration,
  isMethodDeclaration,
  isTypeAliasDeclaration,
  type Node,
  type TypeElement,
} from 'typescript/unstable/ast';
import { API, type Checker, type Project, type Symbol as TypeScriptSymbol } from 'typescript/unstable/sync';

export const REFERENCE = 'docs/sdk-reference.md';

/** What can be imported, and from where in the sources it comes. */
const ENTRIES = [
  { specifier: 'stheno/client', file: 'src/client/index.ts' },
  { specifier: 'stheno/client/node', file: 'src/client/node-transport.ts' },
];

const HEAD = `# Reference of \`stheno/client\`

Made from the doc comments by \`npx tsx scripts/generate-sdk-reference.ts\`. [The guide](sdk.md) says how to use it.
`;

/** The page: every export of the client with its signature and its doc comment. */
export function renderSdkReference(): string {
  const config = path.resolve('tsconfig.json');
  const api = new API({ cwd: process.cwd() });
  try {
    const project = api.updateSnapshot({ openProject: config }).getProject(config);
    if (project === undefined) throw new Error(`${config} cannot be opened`);
    const modules = ENTRIES.map(({ specifier, file }) => `## \`${specifier}\`\n\n${renderModule(project, file)}`);
    return `${HEAD}\n${modules.join('\n')}`;
  } finally {
    api.close();
  }
}

/** Classes first, then functions, then types, each in the order of their names. */
const GROUPS = [
  isClassDeclaration,
  isFunctionDeclaration,
  (node: Node) => isInterfaceDeclaration(node) || isTypeAliasDeclaration(node),
];

function renderModule({ program, checker }: Project, file: string): string {
  const source = program.getSourceFile(path.resolve(file));
  const symbol = source && checker.getSymbolAtLocation(source);
  if (symbol === undefined) throw new Error(`${file} exports nothing`);
  const exported = checker
    .getExportsOfModule(symbol)
    .map((entry) => declarationOf(entry, checker))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return GROUPS.flatMap((isOfGroup) => exported.filter(({ node }) => isOfGroup(node)))
    .map(({ name, node }) => `### ${name}\n\n${renderDeclaration(node)}`)
    .join('\n');
}

function declarationOf(entry: TypeScriptSymbol, checker: Checker): { name: string; node: Node } {
  const [found] = entry.declarations;
  const node = found?.resolve();
  if (node === undefined) throw new Error(`${entry.name} has no declaration`);
  if (GROUPS.some((isOfGroup) => isOfGroup(node))) return { name: entry.name, node };
  return declarationOf(checker.getAliasedSymbol(entry), checker);
}

function renderDeclaration(node: Node): string {
  if (isClassDeclaration(node)) return renderClass(node);
  if (isInterfaceDeclaration(node)) return renderInterface(node);
  return `${docOf(node)}\n\n${code(signatureOf(node))}\n`;
}

function renderClass(node: ClassDeclaration): string {
  const members = node.members.filter(isPublic).map((member) => `${code(signatureOf(member))}\n\n${docOf(member)}\n`);
  return `${docOf(node)}\n\n${members.join('\n')}`;
}

function renderInterface(node: InterfaceDeclaration): string {
  const heritage = node.heritageClauses?.map((clause) => clause.getText()).join(' ');
  const extension =
    heritage === undefined ? '' : ` With everything of ${heritage.replace(/^extends /, '').replace(/\w+/g, '`$&`')}.`;
  const rows = node.members.map((member) => `| ${cell(memberText(member))} | ${docOf(member).replace(/\s+/g, ' ')} |`);
  return `${docOf(node)}${extension}\n\n${['| | |', '| --- | --- |', ...rows].join('\n')}\n`;
}

function isPublic(member: ClassElement): boolean {
  return !/^(readonly )?#|^private\b/.test(member.getText()) && !commentOf(member).includes('@internal');
}

/** The declaration without its body and without the words that only the compiler needs. */
function signatureOf(node: Node): string {
  const body = hasBody(node) ? node.body : undefined;
  const text =
    body === undefined
      ? node.getText()
      : node
          .getText()
          .slice(0, body.pos - node.getStart())
          .trimEnd();
  return text
    .replace(/^export /, '')
    .replace(/^async /, '')
    .replace(/^\*/, '')
    .replace(/;$/, '');
}

function hasBody(node: Node): node is Node & { readonly body?: Node } {
  return isFunctionDeclaration(node) || isMethodDeclaration(node) || isConstructorDeclaration(node) || 'body' in node;
}

function memberText(member: TypeElement): string {
  return member
    .getText()
    .replace(/^readonly /, '')
    .replace(/;$/, '')
    .replace(/\s+/g, ' ')
    .replace(/^(\w+\?.*) \| undefined$/, '$1');
}

/** The doc comment as Markdown; tags become sentences. */
function docOf(node: Node): string {
  return commentOf(node)
    .replace(/\{@link ([^}]+)\}/g, '`$1`')
    .replace(/@throws \{(\w+)\}( (.+))?/g, (_, name: string, _tail, when?: string) =>
      when === undefined ? `Throws \`${name}\`.` : `Throws \`${name}\`: ${when}.`,
    );
}

function commentOf(node: Node): string {
  const comment = node.jsDoc?.at(-1)?.getText() ?? '';
  return comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .trim();
}

function code(text: string): string {
  return `\`\`\`ts\n${text}\n\`\`\``;
}

/** Inside of tables `|` separates cells, also in code. */
function cell(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const page = renderSdkReference();
  if (page !== readFileSync(REFERENCE, { encoding: 'utf8', flag: 'a+' })) writeFileSync(REFERENCE, page);
}
