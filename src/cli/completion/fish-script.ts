import { type CompletionNode, PROGRAM_NAMES, takesFile, takesValue } from './completion-model.ts';

/** A script for fish. Load it with `stheno completion fish | source`. */
export function fishScript(nodes: readonly CompletionNode[]): string {
  const paths = nodes.map(({ path }) => path).filter(Boolean);
  const rules = PROGRAM_NAMES.flatMap((program) => nodes.flatMap((node) => nodeRules(program, node)));
  return `# fish completion for stheno
function __stheno_is_at
    set -l so_far ""
    for word in (commandline -opc)[2..-1]
        if contains -- "$so_far/$word" ${paths.join(' ')}
            set so_far "$so_far/$word"
        end
    end
    test "$so_far" = "$argv[1]"
end
${rules.join('\n')}
`;
}

function nodeRules(program: string, { path, commands, flags }: CompletionNode): string[] {
  const start = `complete -c ${program} -n ${quoted(`__stheno_is_at "${path}"`)}`;
  const commandRules = commands.map(({ name, summary }) => `${start} -f -a ${name} -d ${quoted(summary)}`);
  const flagRules = flags.map((flag) => {
    const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
    const values = flag.values ? ` -a ${quoted(flag.values.join(' '))}` : '';
    const value = takesValue(flag) ? ` -r ${takesFile(flag) ? '-F' : '-f'}${values}` : '';
    return `${start} -l ${flag.name}${short}${value} -d ${quoted(flag.about)}`;
  });
  return [...commandRules, ...flagRules];
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
