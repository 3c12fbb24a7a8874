/** What `core.sharedRepository` asks of all that comes to be in `.git`. */
export interface SharedRights {
  readonly rights: number
  /** Added to what the umask leaves, or, where they were named as a number, in place of it. */
  readonly how: 'added' | 'exact'
}

const group = 0o660
const everybody = 0o664

const added = (rights: number): SharedRights => ({ rights, how: 'added' })

/** The numbers that older versions of git wrote for the words. */
const byNumber: Readonly<Record<number, SharedRights | null>> = {
  0: null,
  1: added(group),
  2: added(everybody),
}

/** As git reads the setting; null where the umask alone decides. */
export const parseShared = (value: string | null): SharedRights | null => {
  if (value === null || value === 'umask') return null
  if (value === 'group') return added(group)
  if (['all', 'world', 'everybody'].includes(value)) return added(everybody)
  if (!/^[0-7]+$/.test(value)) return /^(?:true|yes|on|)$/i.test(value) ? added(group) : null
  const number = parseInt(value, 8)
  const known = byNumber[number]
  if (known !== undefined) return known
  // git refuses what would shut the owner out.
  return (number & 0o600) === 0o600 ? { rights: number & 0o666, how: 'exact' } : null
}

const setGroupId = process.platform === 'linux' ? 0o2000 : 0

/** A folder is entered by whoever may read it. */
const entered = (rights: number): number => rights | ((rights & 0o444) >> 2)

/** The mode that git would give to a file or folder that it makes with this one. */
export const sharedMode = (
  { rights, how }: SharedRights,
  mode: number,
  kind: 'file' | 'folder',
): number => {
  const mayWrite = (mode & 0o200) === 0 ? rights & ~0o222 : rights
  const tweak = (mode & 0o100) === 0 ? mayWrite : entered(mayWrite)
  const wanted = how === 'exact' ? (mode & 0o7000) | tweak : mode | tweak
  return kind === 'folder' ? entered(wanted) | setGroupId : wanted
}
