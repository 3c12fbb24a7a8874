import type { TransferProgress } from '../../actors/ports.js'

const begun: TransferProgress = { operation: 'fetch', phase: 'Receiving objects', percent: 0 }

/** What git is about once it has everything, and writes it out. */
const ofCheckout: ReadonlySet<string> = new Set(['Updating files', 'Filtering content'])

/** How far git's progress says that it is, or null where it says nothing of it. */
export const progressIn = (
  text: string,
  operation: TransferProgress['operation'],
): TransferProgress | null => {
  const steps = text.matchAll(/(?:^|[\r\n])(remote: )?([A-Z][A-Za-z ]+): +(\d{1,3})% \(/g)
  const [, there, phase, percent] = [...steps].at(-1) ?? []
  if (phase === undefined) return null
  // Less than a hundred objects are received without a word.
  if (operation === 'fetch' && there !== undefined && percent === '100') return begun
  const meant = ofCheckout.has(phase) ? 'checkout' : operation
  return { operation: meant, phase, percent: Math.min(100, Number(percent)) }
}

/** The same of a transfer that counts its objects; null before it knows how many there are. */
export const progressAt = (
  operation: TransferProgress['operation'],
  done: number,
  all: number,
): TransferProgress | null =>
  all === 0
    ? null
    : {
        operation,
        phase: operation === 'fetch' ? 'Receiving objects' : 'Writing objects',
        percent: Math.min(100, Math.floor((100 * done) / all)),
      }

const units: Readonly<Record<string, number>> = {
  bytes: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
}

/** The size of the pack as git's progress tells it last; 0 where it tells none. */
export const bytesOf = (progress: string): number => {
  const sizes = /(?:Receiving|Unpacking|Writing) objects:[^\r\n]*?, ([\d.]+) (bytes|[KMG]iB)/g
  const [, size = '0', unit = 'bytes'] = [...progress.matchAll(sizes)].at(-1) ?? []
  return Math.round(Number(size) * (units[unit] ?? 1))
}
