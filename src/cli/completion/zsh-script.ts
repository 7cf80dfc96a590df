import { type CompletionNode, PROGRAM_NAMES, spellings, takesFile, takesValue } from './completion-model.ts';

/** A script for zsh. Load it with `source <(stheno completion zsh)` or put it into the fpath as `_stheno`. */
export function zshScript(nodes: readonly CompletionNode[]): string {
  return `#compdef ${PROGRAM_NAMES.join(' ')}
_stheno() {
  local path_so_far="" word prev="\${words[CURRENT-1]}"
  local -a commands flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_so_far/$word" in
      ${nodes
        .map(({ path }) => path)
        .filter(Boolean)
        .join('|')}) path_so_far="$path_so_far/$word" ;;
    esac
  done
  case "$path_so_far" in
${nodes.map(branch).join('\n')}
  esac
}
if [[ "\${funcstack[1]}" == _stheno ]]; then
  _stheno "$@"
else
  compdef _stheno ${PROGRAM_NAMES.join(' ')}
fi
`;
}

function branch({ path, commands, flags }: CompletionNode): string {
  const valued = flags.filter(takesValue).map((flag) => {
    const values = takesFile(flag) ? '_files' : `compadd -- ${(flag.values ?? []).map(quoted).join(' ')}`;
    return `        ${spellings(flag).join('|')}) ${values}; return ;;`;
  });
  const described = (name: string, about: string) => quoted(`${name.replaceAll(':', '\\:')}:${about}`);
  return `    ${path === '' ? '""' : path})
      case "$prev" in
${valued.join('\n')}
      esac
      commands=(${commands.map(({ name, summary }) => described(name, summary)).join(' ')})
      flags=(${flags.map(({ name, about }) => described(`--${name}`, about)).join(' ')})
      _describe -t commands command commands
      _describe -o -t flags flag flags
${commands.length === 0 ? '      _files\n' : ''}      ;;`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
