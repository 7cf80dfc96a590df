import { type CompletionNode, PROGRAM_NAMES, spellings, takesFile, takesValue } from './completion-model.ts';

/** A script for bash. Load it with `source <(stheno completion bash)`. */
export function bashScript(nodes: readonly CompletionNode[]): string {
  return `# bash completion for stheno
_stheno() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path/$word" in
      ${nodes
        .map(({ path }) => path)
        .filter(Boolean)
        .join('|')}) path="$path/$word" ;;
    esac
  done
  COMPREPLY=()
  case "$path" in
${nodes.map(branch).join('\n')}
  esac
}
complete -F _stheno ${PROGRAM_NAMES.join(' ')}
`;
}

function branch({ path, commands, flags }: CompletionNode): string {
  const words = [...commands.map(({ name }) => name), ...flags.map(({ name }) => `--${name}`)];
  const valued = flags.filter(takesValue).map((flag) => {
    const values = takesFile(flag) ? 'compgen -f' : `compgen -W '${(flag.values ?? []).join(' ')}'`;
    return `        ${spellings(flag).join('|')}) COMPREPLY=($(${values} -- "$cur")); return ;;`;
  });
  return `    ${path === '' ? '""' : path})
      case "$prev" in
${valued.join('\n')}
      esac
      COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur"))
${commands.length === 0 ? '      [[ "$cur" == -* ]] || COMPREPLY+=($(compgen -f -- "$cur"))\n' : ''}      ;;`;
}
