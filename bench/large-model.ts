/** An OPL document of as many namespaces, each with relations to others and permits of all kinds. */
export function largeModel(namespaces: number): string {
  return Array.from({ length: namespaces }, (_, i) => namespaceText(i, (i + 1) % namespaces)).join('');
}

function namespaceText(index: number, next: number): string {
  return `class N${index} implements Namespace {
  related: {
    parents: N${next}[]
    owners: N${index}[]
    editors: (N${next} | SubjectSet<N${next}, "owners">)[]
    banned: N${next}[]
  }
  permits = {
    edit: (ctx: Context) => this.related.owners.includes(ctx.subject) || this.related.editors.includes(ctx.subject),
    view: (ctx: Context) =>
      (this.permits.edit(ctx) || this.related.parents.traverse((p) => p.related.owners.includes(ctx.subject))) &&
      !this.related.banned.includes(ctx.subject),
  }
}
`;
}
