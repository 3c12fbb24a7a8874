// `npm start` alone shows what gitsync does on two throw-away clones; with arguments it is the command line.
import process from 'node:process'

const given = process.argv.slice(2)
const demo = given.length === 0 || given[0] === '--once'
process.argv.splice(2, process.argv.length, ...(demo ? ['demo', ...given] : given))
await import('../dist/bin/main.js')
