import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer])

const picture = { width: 640, height: 360 }

const whoIn = (runs) => [...new Set(runs.flatMap(({ lanes }) => lanes.map(({ who }) => who)))]

const medianOf = ({ lanes }, who) => lanes.find((lane) => lane.who === who)?.median ?? null

const shownSize = (size) => (size % 1000 === 0 ? `${size / 1000}k files` : `${size} files`)

/** Lines over the size of the repository where there are several, bars where there is one. */
const chartOf = ({ title, unit, runs }) => ({
  animation: false,
  backgroundColor: '#ffffff',
  title: { text: title, left: 'center', textStyle: { fontSize: 15 } },
  legend: { bottom: 0 },
  grid: { left: 70, right: 30, top: 50, bottom: 60 },
  xAxis: { type: 'category', data: runs.map(({ size }) => shownSize(size)) },
  yAxis: { type: runs.length > 1 ? 'log' : 'value', name: unit },
  series: whoIn(runs).map((who) => ({
    name: who,
    type: runs.length > 1 ? 'line' : 'bar',
    data: runs.map((run) => medianOf(run, who)),
  })),
})

const draw = (scenario) => {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...picture })
  chart.setOption(chartOf(scenario))
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}

/** One picture of each scenario, beside each other in a folder. */
export const plot = async ({ scenarios }, folder) => {
  await mkdir(folder, { recursive: true })
  for (const [name, scenario] of Object.entries(scenarios))
    await writeFile(join(folder, `${name}.svg`), `${draw(scenario)}\n`)
}
