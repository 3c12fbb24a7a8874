import type { Command } from 'commander'
import { Argument } from 'commander'
import { bashCompletion } from './bash.js'
import { fishCompletion } from './fish.js'
import { completableOf } from './model.js'
import { zshCompletion } from './zsh.js'

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

export const addCompletion = (program: Command): void => {
  program
    .command('completion')
    .description('a script that makes a shell complete gitsync')
    .addArgument(new Argument('<shell>', 'for which shell').choices(Object.keys(shells)))
    .addHelpText(
      'after',
      '\nExamples:' +
        '\n  gitsync completion bash > ~/.local/share/bash-completion/completions/gitsync' +
        '\n  gitsync completion zsh > "${fpath[1]}/_gitsync"' +
        '\n  gitsync completion fish > ~/.config/fish/completions/gitsync.fish',
    )
    .action((shell: keyof typeof shells) => {
      process.stdout.write(shells[shell](completableOf(program)))
    })
}
