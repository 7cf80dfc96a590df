import { noArguments } from '../argument-rules.ts';
import type { Command } from '../command.ts';
import { bashScript } from '../completion/bash-script.ts';
import { type CompletionNode, completionNodes } from '../completion/completion-model.ts';
import { fishScript } from '../completion/fish-script.ts';
import { powershellScript } from '../completion/powershell-script.ts';
import { zshScript } from '../completion/zsh-script.ts';

type Shell = 'bash' | 'fish' | 'powershell' | 'zsh';

const SCRIPTS: Readonly<Record<Shell, { script(nodes: readonly CompletionNode[]): string; examples: string[] }>> = {
  bash: {
    script: bashScript,
    examples: [
      'source <(stheno completion bash)',
      'stheno completion bash > ~/.local/share/bash-completion/completions/stheno',
    ],
  },
  fish: {
    script: fishScript,
    examples: ['stheno completion fish | source', 'stheno completion fish > ~/.config/fish/completions/stheno.fish'],
  },
  powershell: {
    script: powershellScript,
    examples: ['stheno completion powershell | Out-String | Invoke-Expression'],
  },
  zsh: {
    script: zshScript,
    examples: [
      'source <(stheno completion zsh)',
      'stheno completion zsh > /usr/local/share/zsh/site-functions/_stheno',
    ],
  },
};

/** `stheno completion SHELL`. */
export function completion(shell: Shell): Command {
  const { script, examples } = SCRIPTS[shell];
  return {
    about: `Writes a script that makes ${shell} complete the commands and flags of this program.`,
    examples,
    flags: [{ kind: 'switch', name: 'no-descriptions', isHidden: true, about: 'accepted and without effect' }],
    accepts: noArguments,
    async run({ table, stdout }) {
      stdout.write(script(await completionNodes(table)));
      return 0;
    },
  };
}
