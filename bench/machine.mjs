import { readFile, statfs } from 'node:fs/promises'
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os'
import { command } from './command.mjs'

const firstLine = (program, ...args) =>
  command(program, args).then(
    ({ stdout }) => stdout.split('\n')[0],
    () => null,
  )

const fileSystems = { 0xef53: 'ext', 0x58465342: 'xfs', 0x9123683e: 'btrfs', 0x01021994: 'tmpfs' }

/** What the figures were seen on. Nothing that names the machine or its owner. */
export const describeMachine = async () => {
  const { type: magic } = await statfs(tmpdir())
  const { version } = JSON.parse(
    await readFile(new URL('../package.json', import.meta.url), 'utf8'),
  )
  return {
    system: `${type()} ${release().split('-')[0]}`,
    processors: cpus().length,
    model: cpus()[0]?.model ?? '',
    memoryGB: Math.round(totalmem() / 2 ** 30),
    fileSystem: fileSystems[magic] ?? magic.toString(16),
    loadBefore: loadavg()[0],
    node: process.version,
    git: await firstLine('git', '--version'),
    syncthing: await firstLine('syncthing', '--version'),
    unison: await firstLine('unison', '-version'),
    gitsync: version,
  }
}
