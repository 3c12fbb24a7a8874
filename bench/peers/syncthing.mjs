import { spawn } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { command } from '../command.mjs'

/** Seconds for which Syncthing gathers changes before it looks at them; it takes no less. */
const delay = 1

/** A port of this machine alone that nobody has now. */
const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

const newHome = async (folder) => {
  const home = `${folder}.syncthing`
  await command('syncthing', ['generate', `--home=${home}`, '--no-default-folder'])
  const { stdout } = await command('syncthing', [`--home=${home}`, '--device-id'])
  return { home, folder, id: stdout.trim(), port: await freePort(), gui: await freePort() }
}

const deviceOf = ({ id, port }) =>
  `<device id="${id}"><address>tcp://127.0.0.1:${port}</address></device>`

/** No discovery, no relay, no report: two processes of this machine, told of each other. `.git` is not theirs. */
const configOf = (one, all) => `<configuration version="36">
  <folder id="bench" path="${one.folder}" type="sendreceive" fsWatcherEnabled="true" fsWatcherDelayS="${delay}">
    ${all.map(({ id }) => `<device id="${id}"/>`).join('')}
  </folder>
  ${all.map(deviceOf).join('\n  ')}
  <gui enabled="true" tls="false"><address>127.0.0.1:${one.gui}</address></gui>
  <options>
    <listenAddress>tcp://127.0.0.1:${one.port}</listenAddress>
    <globalAnnounceEnabled>false</globalAnnounceEnabled>
    <localAnnounceEnabled>false</localAnnounceEnabled>
    <relaysEnabled>false</relaysEnabled>
    <natEnabled>false</natEnabled>
    <reconnectionIntervalS>1</reconnectionIntervalS>
    <startBrowser>false</startBrowser>
    <urAccepted>-1</urAccepted>
    <autoUpgradeIntervalH>0</autoUpgradeIntervalH>
    <crashReportingEnabled>false</crashReportingEnabled>
  </options>
</configuration>
`

const start = ({ home }) =>
  spawn('syncthing', ['serve', `--home=${home}`, '--no-restart', '--no-upgrade', '--no-browser'], {
    stdio: 'ignore',
  })

/** Two folders that Syncthing keeps the same, without a server. */
export const syncthing = async (a, b) => {
  const homes = [await newHome(a), await newHome(b)]
  for (const one of homes) {
    await writeFile(join(one.home, 'config.xml'), configOf(one, homes))
    await writeFile(join(one.folder, '.stignore'), '/.git\n')
    await mkdir(join(one.folder, '.stfolder'), { recursive: true })
  }
  const children = homes.map(start)
  return {
    who: 'Syncthing',
    waits: delay * 1000,
    leave: async () => {
      for (const child of children) {
        const closed = new Promise((resolve) => child.on('close', resolve))
        child.kill('SIGTERM')
        await closed
      }
    },
  }
}
