/** Counts a file or suite that could not run, and each error outside of any test, as failed: a true zero means all is well. */
const failuresBeside = (testModules, unhandledErrors) =>
  testModules
    .flatMap((module) => [module, ...module.children.allSuites()])
    .filter((task) => task.errors().length > 0).length + unhandledErrors.length

/** Ends the output of a run with one plain line for all projects together: `12 passed, 0 failed`. */
export default class CountReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const tests = testModules.flatMap((module) => [...module.children.allTests()])
    const count = (state) => tests.filter((test) => test.result().state === state).length
    const failed = count('failed') + failuresBeside(testModules, unhandledErrors)
    process.once('exit', () => console.log(`${count('passed')} passed, ${failed} failed`))
  }
}
