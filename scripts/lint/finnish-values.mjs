import rxjsX from 'eslint-plugin-rxjs-x'

const finnish = rxjsX.rules.finnish

/** The plugin's rule, less the names of functions: a `$` tells what a name holds, not what a call of it gives. */
export const finnishValues = {
  ...finnish,
  create(context) {
    const { sourceCode } = context
    const isCallable = ({ start }) => {
      const node = sourceCode.getNodeByRangeIndex(sourceCode.getIndexFromLoc(start))
      const type = sourceCode.parserServices.getTypeAtLocation(node).getNonNullableType()
      return type.getCallSignatures().length > 0
    }
    const report = (finding) => {
      if (!isCallable(finding.loc)) context.report(finding)
    }
    return finnish.create(Object.create(context, { report: { value: report } }))
  },
}
