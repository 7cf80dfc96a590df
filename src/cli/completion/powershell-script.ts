import { type CompletionNode, PROGRAM_NAMES, spellings, takesValue } from './completion-model.ts';

/** A script for PowerShell. Load it with `stheno completion powershell | Out-String | Invoke-Expression`. */
export function powershellScript(nodes: readonly CompletionNode[]): string {
  return `# PowerShell completion for stheno
Register-ArgumentCompleter -Native -CommandName ${PROGRAM_NAMES.map(quoted).join(', ')} -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $nodes = @{
${nodes.map(entry).join('\n')}
    }
    $path = ''
    $previous = ''
    foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
        if ($element.Extent.EndOffset -ge $cursorPosition) { break }
        $previous = $element.ToString()
        if ($nodes.ContainsKey("$path/$previous")) { $path = "$path/$previous" }
    }
    $node = $nodes[$path]
    if ($node.Valued.ContainsKey($previous)) {
        $node.Valued[$previous] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
        }
        return
    }
    $node.Words.GetEnumerator() | Where-Object { $_.Key -like "$wordToComplete*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_.Key, $_.Key, 'ParameterValue', $_.Value)
    }
}
`;
}

function entry({ path, commands, flags }: CompletionNode): string {
  const words = [
    ...commands.map(({ name, summary }) => [name, summary] as const),
    ...flags.map(({ name, about }) => [`--${name}`, about] as const),
  ];
  const valued = flags.filter(takesValue).flatMap((flag) => {
    const values = `@(${(flag.values ?? []).map(quoted).join(', ')})`;
    return spellings(flag).map((spelling) => `${quoted(spelling)} = ${values}`);
  });
  const described = words.map(([word, about]) => `${quoted(word)} = ${quoted(about)}`);
  return `        ${quoted(path)} = @{ Words = [ordered]@{ ${described.join('; ')} }; Valued = @{ ${valued.join('; ')} } }`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
