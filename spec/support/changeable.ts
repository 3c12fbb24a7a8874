/** Files that can each become something else: another content, gone, a folder, a file, a link. */
export const changeable = {
  edited: 'base of edited\n',
  gone: 'base of gone\n',
  'd/edited': 'base of d/edited\n',
  'd/e/gone': 'base of d/e/gone\n',
  script: 'base of script\n',
  'becomes a folder': 'base of a file\n',
  'becomes a file/inner': 'base of inner\n',
  'becomes a link': 'base of no link\n',
} as const
